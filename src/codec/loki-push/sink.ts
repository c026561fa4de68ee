// What the readers of both encodings tell about a push request, in its order.
import type { Pairs } from '#model/canonical.ts';

export interface PushSink {
  stream(labels: Pairs): void;
  /** A line of the stream that was named last. */
  entry(timeNano: bigint, line: string, metadata: Pairs): void;
  /** The same of bytes: the line is what lies from `from` up to `to`; its time in whole seconds and a rest. */
  entryBytes(
    second: number,
    nano: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    metadata: Pairs,
  ): void;
}
