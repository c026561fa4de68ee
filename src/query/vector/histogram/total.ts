// The sum and the mean of many histograms, with what rounding loses kept aside for every number, as
// for floats. A mean that would overflow as a sum is made step by step instead.
import type { CounterReset, Histogram } from './histogram.ts';
import { RunningTotal } from './running-total.ts';
import { divideHistogram } from './scale.ts';

export type Total = {
  /** Custom bounds differed, so that only those of all were kept. */
  readonly boundsReconciled: boolean;
  /** Some begin counting anew and others are known not to. */
  readonly resetsCollide: boolean;
} & (
  | { readonly histogram: Histogram }
  /** Index of the first one that has custom bounds where those before have not, or the reverse. */
  | { readonly histogram?: undefined; readonly incompatibleAt: number }
);

/** `histograms` are one or more. */
export function sumHistograms(histograms: readonly Histogram[]): Total {
  const running = new RunningTotal(histograms[0] as Histogram);
  const incompatibleAt = addAll(running, histograms);
  const notes = notesOf(running, histograms);
  if (incompatibleAt !== undefined) return { incompatibleAt, ...notes };
  return { histogram: running.histogram, ...notes };
}

/** `histograms` are one or more. */
export function meanHistograms(histograms: readonly Histogram[]): Total {
  const running = new RunningTotal(histograms[0] as Histogram);
  const incompatibleAt = addAll(running, histograms);
  const notes = notesOf(running, histograms);
  if (incompatibleAt !== undefined) return { incompatibleAt, ...notes };
  const count = histograms.length;
  if (!running.hasOverflow) running.scale((value) => value / count);
  const mean = running.hasOverflow ? meanStepByStep(histograms) : running;
  return { histogram: mean.histogram, ...notes };
}

const notesOf = ({ boundsReconciled }: RunningTotal, histograms: readonly Histogram[]) => ({
  boundsReconciled,
  resetsCollide: anyResetsCollide(histograms),
});

/** The index of the first that cannot be added. */
function addAll(running: RunningTotal, histograms: readonly Histogram[]): number | undefined {
  for (let i = 1; i < histograms.length; i++) {
    if (!running.add(histograms[i] as Histogram)) return i;
  }
  return undefined;
}

function anyResetsCollide(histograms: readonly Histogram[]): boolean {
  const seen = new Set<CounterReset>();
  for (const { counterReset } of histograms) seen.add(counterReset);
  return seen.has('reset') && seen.has('not-reset');
}

/** A sum as long as that goes, and a running mean from then on. */
function meanStepByStep(histograms: readonly Histogram[]): RunningTotal {
  let running = new RunningTotal(histograms[0] as Histogram);
  let isStepwise = false;
  for (let i = 1; i < histograms.length; i++) {
    const next = histograms[i] as Histogram;
    const before = running.copy();
    if (!isStepwise) {
      running.add(next);
      if (!running.hasOverflow) continue;
      running = before;
      running.scale((value) => value / i);
      isStepwise = true;
    }
    const count = i + 1;
    running.scale((value) => value * (i / count));
    running.add(divideHistogram(next, count));
  }
  return running;
}
