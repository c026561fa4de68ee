// What a half takes from its span as numbers.
import type { SpanCursor } from '#model/span-cursor.ts';

/** OTLP's numbers. */
export const spanKind = { server: 2, client: 3, producer: 4, consumer: 5 } as const;
export const statusError = 2;

export const secondsOf = ({ durationNano }: SpanCursor): number =>
  durationNano > 0 ? durationNano / 1e9 : 0;

/** When a message left its producer or came to its consumer. */
export function edgeTimeOf({ kind, startUnixNano, durationNano }: SpanCursor): bigint {
  return kind === spanKind.producer ? startUnixNano + BigInt(durationNano) : startUnixNano;
}
