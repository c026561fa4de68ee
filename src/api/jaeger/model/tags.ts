// The typed tags of Jaeger's model, made of attributes and of fields of OTLP that it has no place for.
// What becomes which tag: https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/jaeger/
import { attributeText, attributeTypeOf } from '#model/attribute.ts';
import type { StoredAttributes, StoredEvent, StoredSpan } from '#model/stored-span.ts';
import { kindNames, statusCodes } from '#query/trace/span-words.ts';

export type Tag =
  | { readonly key: string; readonly type: 'string'; readonly value: string }
  | { readonly key: string; readonly type: 'bool'; readonly value: boolean }
  | { readonly key: string; readonly type: 'int64'; readonly value: bigint }
  | { readonly key: string; readonly type: 'float64'; readonly value: number }
  /** Base64. */
  | { readonly key: string; readonly type: 'binary'; readonly value: string };

const textTag = (key: string, value: string): Tag => ({ key, type: 'string', value });
/** None where there is no text. */
const textTags = (key: string, value: string): Tag[] => (value === '' ? [] : [textTag(key, value)]);

export function toTag(key: string, stored: string): Tag {
  const text = attributeText(stored);
  switch (attributeTypeOf(stored)) {
    case 'bool':
      return { key, type: 'bool', value: text === 'true' };
    case 'int':
      return { key, type: 'int64', value: BigInt(text) };
    case 'double':
      return { key, type: 'float64', value: Number(text) };
    case 'bytes':
      return { key, type: 'binary', value: text };
    default:
      // Lists and maps as JSON.
      return textTag(key, text);
  }
}

export const toTags = (attributes: StoredAttributes): Tag[] =>
  [...attributes].map(([key, stored]) => toTag(key, stored));

/** Fields become tags where no attribute has their name. */
export function spanTags(span: StoredSpan): Tag[] {
  const { origin, statusCode } = span;
  const isError = statusCode === statusCodes.ERROR;
  const before = [
    ...textTags('otel.scope.name', origin.scopeName),
    ...textTags('otel.scope.version', origin.scopeVersion),
    ...toTags(origin.scopeAttributes),
  ];
  const after: Tag[] = [
    ...textTags('span.kind', kindNames[span.kind] ?? ''),
    ...textTags('otel.status_code', isError ? 'ERROR' : statusCode === statusCodes.OK ? 'OK' : ''),
    ...(isError ? [{ key: 'error', type: 'bool', value: true } as const] : []),
    ...textTags('otel.status_description', span.statusMessage),
    ...textTags('w3c.tracestate', span.traceState),
  ];
  const isFree = ({ key }: Tag): boolean => !span.attributes.has(key);
  return [...before.filter(isFree), ...toTags(span.attributes), ...after.filter(isFree)];
}

/** The fields of a log. */
export const eventFields = ({ name, attributes }: StoredEvent): Tag[] => [
  ...(attributes.has('event') ? [] : textTags('event', name)),
  ...toTags(attributes),
];
