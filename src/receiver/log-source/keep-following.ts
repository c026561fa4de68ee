// A stream of lines that ends now and then: asked for again, with pauses, as long as its target is there.
import { Retries, type RetrySettings } from './retries.ts';
import type { TailSignals } from './tail-set.ts';

export interface FollowOptions {
  readonly signals: TailSignals;
  readonly retries: RetrySettings | undefined;
  /** Reads until the source ends the stream, or the signal aborts; gives the number of new lines. */
  readonly once: (signal: AbortSignal) => Promise<number>;
  readonly onFailure: (error: unknown) => void;
}

/** A connection that died silently is found out after so long. */
const longestStreamMs = 3_600_000;

/** Until one of the signals says so; never rejects. */
export async function keepFollowing(options: FollowOptions): Promise<void> {
  const { abort, leaving } = options.signals;
  const pauses = new Retries(options.retries);
  while (!abort.aborted) {
    const late = AbortSignal.timeout(longestStreamMs);
    try {
      const lines = await options.once(AbortSignal.any([abort, late]));
      if (lines > 0) pauses.succeeded();
    } catch (error) {
      if (!abort.aborted && !late.aborted) options.onFailure(error);
    }
    if (!leaving.aborted) await pauses.pause(leaving);
    // What ended before its target went is read to its end.
    if (leaving.aborted) return;
  }
}
