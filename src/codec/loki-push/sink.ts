// What the readers of both encodings tell about a push request, in its order.
import type { Pairs } from '#model/canonical.ts';

export interface PushSink {
  stream(labels: Pairs): void;
  /** A line of the stream that was named last. */
  entry(timeNano: bigint, line: string, metadata: Pairs): void;
}
