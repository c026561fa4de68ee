// Values of Jaeger's tags in the stored form, and the times of its clocks.
import { toStoredAttribute } from '#model/attribute.ts';
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
