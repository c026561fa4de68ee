// What Prometheus's storage knows of counter resets: each sample of a series is compared with the one
// before it when it is stored, and read with what came out.
import { detectReset } from './detect-reset.ts';
import type { CounterReset, Histogram } from './histogram.ts';

/**
 * The samples of one series, ascending by time, each with its counter reset. A float between two
 * histograms (undefined) begins anew: the next histogram is as unknown as the first one.
 */
export function withDetectedResets(
  histograms: readonly (Histogram | undefined)[],
): readonly (Histogram | undefined)[] {
  let previous: Histogram | undefined;
  return histograms.map((histogram) => {
    const before = previous;
    previous = histogram;
    if (!histogram) return undefined;
    const counterReset = resetOf(histogram, before);
    return counterReset === histogram.counterReset ? histogram : { ...histogram, counterReset };
  });
}

function resetOf(histogram: Histogram, previous: Histogram | undefined): CounterReset {
  const { counterReset } = histogram;
  if (counterReset === 'gauge' || counterReset === 'reset') return counterReset;
  if (!previous || previous.counterReset === 'gauge') return 'unknown';
  const isReset =
    histogram.schema !== previous.schema ||
    detectReset({ ...histogram, counterReset: 'unknown' }, previous);
  return isReset ? 'reset' : 'not-reset';
}
