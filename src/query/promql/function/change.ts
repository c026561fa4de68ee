// changes and resets: how often neighbouring values in a window differ, or fall.
// https://prometheus.io/docs/prometheus/latest/querying/functions/#changes
import { detectReset } from '#query/vector/histogram/detect-reset.ts';
import { equalHistograms } from '#query/vector/histogram/equal.ts';
import { call, column, type Expr, lambda, literal } from '#sql/tree.ts';
import { type Window, windowFunction } from './definition.ts';
import { gridAggregate } from './grid-aggregate.ts';
import { beganAnew } from './start-time.ts';
import { sweepCount } from './sweep-count.ts';

/** To the engine a NaN differs from a NaN: a number that nobody measures stands for all of them. */
const insteadOfNan = literal(-8.765432101234567e297);

const withoutNan = (values: Expr): Expr => {
  const value = column('v');
  return call(
    'arrayMap',
    lambda(['v'], call('if', call('isNaN', value), insteadOfNan, value)),
    values,
  );
};

export const changes = windowFunction(
  {
    name: 'changes',
    doc: 'How many times the value changed within the range.',
    example: 'changes(process_start_time_seconds[1h])',
    extensions: ['anchored'],
    sweep: sweepCount(differ),
    compile: (window) =>
      gridAggregate('timeSeriesChangesToGrid')({ ...window, values: withoutNan(window.values) }),
  },
  (window) => {
    const { values, histograms, to } = window;
    const first = firstOf(window);
    if (first === undefined) return undefined;
    if (!histograms) return countChanges(values, first, to);
    return countPairs({ first, to }, (i) => isChange(window, i));
  },
);

export const resets = windowFunction(
  {
    name: 'resets',
    doc: 'How many times a counter started over within the range.',
    example: 'resets(http_requests_total[1h])',
    extensions: ['anchored'],
    sweep: sweepCount((value, before) => value < before),
    compile: gridAggregate('timeSeriesResetsToGrid'),
  },
  (window) => {
    const { values, histograms, starts, to } = window;
    const first = firstOf(window);
    if (first === undefined) return undefined;
    if (!histograms && !starts) return countFalls(values, first, to);
    return countPairs({ first, to }, (i) => isReset(window, i));
  },
);

/** How many samples from `first` on stand in a relation to the sample before them. */
function countPairs(
  { first, to }: { readonly first: number; readonly to: number },
  isRelated: (i: number) => boolean,
): number {
  let count = 0;
  for (let i = first + 1; i < to; i++) {
    if (isRelated(i)) count++;
  }
  return count;
}

/** The sample that the next one is compared with: anchored, the last one before the window. */
function firstOf({ times, from, to, startMs, extension }: Window): number | undefined {
  if (!extension) return from;
  if ((times[to - 1] as number) <= startMs) return undefined;
  let first = from;
  while (first + 1 < to && (times[first + 1] as number) <= startMs) first++;
  return first;
}

/** Most windows have plain numbers only. */
function countChanges(values: Float64Array, first: number, to: number): number {
  let count = 0;
  for (let i = first + 1; i < to; i++) {
    if (differ(values[i] as number, values[i - 1] as number)) count++;
  }
  return count;
}

function countFalls(values: Float64Array, first: number, to: number): number {
  let count = 0;
  for (let i = first + 1; i < to; i++) {
    if ((values[i] as number) < (values[i - 1] as number)) count++;
  }
  return count;
}

/** A NaN does not differ from a NaN. */
function differ(value: number, before: number): boolean {
  return value !== before && !(Number.isNaN(value) && Number.isNaN(before));
}

function isChange({ values, histograms }: Window, i: number): boolean {
  const now = histograms?.[i];
  const before = histograms?.[i - 1];
  if (now && before) return !equalHistograms(now, before);
  if (now || before) return true;
  return differ(values[i] as number, values[i - 1] as number);
}

function isReset(window: Window, i: number): boolean {
  const { values, histograms } = window;
  const now = histograms?.[i];
  const before = histograms?.[i - 1];
  if (now && before) return beganAnew(window, i) || detectReset(now, before);
  if (now || before) return true;
  return (values[i] as number) < (values[i - 1] as number) || beganAnew(window, i);
}
