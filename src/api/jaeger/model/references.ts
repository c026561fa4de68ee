// How spans refer to others: to the parent, and by links.
import { attributeText } from '#model/attribute.ts';
import type { StoredSpan } from '#model/stored-span.ts';
import { isZero } from './id.ts';

export interface Reference {
  readonly refType: 'CHILD_OF' | 'FOLLOWS_FROM';
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
}

/** OpenTracing's kind of a reference, kept as an attribute of the link. */
const refTypeKey = 'opentracing.ref_type';

/** The parent comes first. */
export function referencesOf({ traceId, parentSpanId, links }: StoredSpan): Reference[] {
  const parent: Reference[] = isZero(parentSpanId)
    ? []
    : [{ refType: 'CHILD_OF', traceId, spanId: parentSpanId }];
  const linked = links.map((link): Reference => {
    const isChild = attributeText(link.attributes.get(refTypeKey) ?? '') === 'child_of';
    const refType = isChild ? 'CHILD_OF' : 'FOLLOWS_FROM';
    return { refType, traceId: link.traceId, spanId: link.spanId };
  });
  return [...parent, ...linked];
}
