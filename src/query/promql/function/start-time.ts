// What the times at which counting began tell about two neighbouring samples.
import type { Window } from './definition.ts';

/** Unknown also when it is the time of the sample itself, or after it. */
const isKnown = (startMs: number, timeMs: number): boolean => startMs < timeMs;

/** Whether counting began anew between sample `index` - 1 and sample `index`. */
export function beganAnew({ times, starts }: Window, index: number): boolean {
  if (!starts) return false;
  const startMs = starts[index] as number;
  const previousMs = times[index - 1] as number;
  if (!isKnown(startMs, times[index] as number) || startMs < previousMs) return false;
  if (startMs > previousMs) return true;
  // Exactly where the sample before is: either each sample counts from the one before it, or the
  // first sample of all stands for a beginning that nobody knows.
  return isKnown(starts[index - 1] as number, previousMs);
}

/** Whether the sample says to have counted since some time before the sample before it, but not as that. */
export function overlaps({ times, starts }: Window, index: number): boolean {
  if (!starts) return false;
  const startMs = starts[index] as number;
  return startMs < (times[index - 1] as number) && startMs !== starts[index - 1];
}

/** When counting for the first sample began, if that was within the window. */
export function startInWindow({ times, starts, from, startMs }: Window): number | undefined {
  const first = starts?.[from] ?? Number.NaN;
  return first > startMs && isKnown(first, times[from] as number) ? first : undefined;
}
