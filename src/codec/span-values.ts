// What codecs of spans that are no OTLP share: values in the stored form, times in microseconds, the
// status that HTTP tells.
import { attributeText, attributeTypeOf, toStoredAttribute } from '#model/attribute.ts';
import type { UnixNano } from '#model/unit.ts';

/** An integer stays a double: 5.0 is not 5. */
export const storedDouble = (value: number): string => `\x03${value}`;

export const storedBytes = (value: Uint8Array): string =>
  `\x04${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}`;

/** What the Collector says of a type that it does not know. */
export const storedUnknown = (type: number): string =>
  toStoredAttribute(`<Unknown Jaeger TagType "${type}">`);

const int64Max = 2n ** 63n - 1n;

/** Microseconds as nanoseconds; what has no place in 64 bits is the end of time. */
export function nanoOfMicros(micros: bigint): UnixNano {
  const nano = micros * 1000n;
  if (nano > int64Max) return int64Max;
  return nano < -int64Max ? -int64Max : nano;
}

/** What is made of a span, in tags: bodies that have too many for their size are refused. */
export const spanCost = 4;

export interface SpanStatus {
  /** OTLP's: 0 unset, 1 ok, 2 error. */
  readonly code: number;
  readonly message: string;
}

const unset: SpanStatus = { code: 0, message: '' };
const server = 2;

export const httpMessage = (tags: ReadonlyMap<string, string>): string =>
  attributeText(tags.get('http.status_message') ?? '');

/** What HTTP calls an error, with the client's mistakes being none of the server's. */
export function httpStatus(tags: ReadonlyMap<string, string>, kind: number): SpanStatus {
  const stored = tags.get('http.status_code');
  if (stored === undefined || !['int', 'string'].includes(attributeTypeOf(stored))) return unset;
  const text = attributeText(stored);
  if (!/^[+-]?\d+$/.test(text)) return unset;
  const code = Number(text);
  if (code >= 100 && code < 400) return unset;
  if (kind === server && code >= 400 && code < 500) return unset;
  return { code: 2, message: httpMessage(tags) };
}
