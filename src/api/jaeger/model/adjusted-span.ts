// A span on its way to a client: what is stored, and what there is to say about it.
import { attributeText } from '#model/attribute.ts';
import type { StoredSpan } from '#model/stored-span.ts';

export interface AdjustedSpan {
  readonly span: StoredSpan;
  readonly warnings: readonly string[];
}

/** Where Jaeger keeps warnings in OTLP: a list of texts. */
export const warningsAttribute = '@jaeger@warnings';

/** As it is stored: with the warnings that came with it. */
export function asStored(span: StoredSpan): AdjustedSpan {
  const stored = span.attributes.get(warningsAttribute);
  if (stored === undefined) return { span, warnings: [] };
  const attributes = new Map(span.attributes);
  attributes.delete(warningsAttribute);
  return { span: { ...span, attributes }, warnings: warningsOf(stored) };
}

function warningsOf(stored: string): string[] {
  const text = attributeText(stored);
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.map(String) : [text];
  } catch {
    return [text];
  }
}

/** As OTLP has it: the warnings are an attribute again. */
export function withWarningsAttribute({ span, warnings }: AdjustedSpan): StoredSpan {
  if (warnings.length === 0) return span;
  const stored = `\x05${JSON.stringify(warnings)}`;
  return { ...span, attributes: new Map([...span.attributes, [warningsAttribute, stored]]) };
}
