// Stored spans as the analyses of this folder take them: times from one instant on, as doubles.

import { attributeText } from '#model/attribute.ts';
import type { StoredSpan } from '#model/stored-span.ts';
import { hexOf } from '../traceql/eval/span-rows.ts';
import { kindNames } from '../traceql/intrinsic/span.ts';
import type { ComparedSpan } from './compare-traces.ts';

const statusError = 2;
const noParent = '0'.repeat(16);

/** `origin` is the instant that times count from: the first start. */
export function toComparedSpans(spans: readonly StoredSpan[]): {
  readonly originNano: bigint;
  readonly spans: ComparedSpan[];
} {
  let originNano = spans[0]?.startUnixNano ?? 0n;
  for (const { startUnixNano } of spans) {
    if (startUnixNano < originNano) originNano = startUnixNano;
  }
  const compared = spans.map((span): ComparedSpan => {
    const parentId = hexOf(span.parentSpanId);
    const start = Number(span.startUnixNano - originNano);
    const service = span.origin.resourceAttributes.get('service.name');
    return {
      id: hexOf(span.spanId),
      parentId: parentId === noParent ? '' : parentId,
      start,
      end: start + Number(span.durationNano),
      serviceName: service === undefined ? '' : attributeText(service),
      name: span.name,
      kind: kindNames[span.kind] ?? 'unspecified',
      isError: span.statusCode === statusError,
    };
  });
  return { originNano, spans: compared };
}
