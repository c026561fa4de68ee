// changes and resets: how often neighbouring values in a window differ, or fall.
// https://prometheus.io/docs/prometheus/latest/querying/functions/#changes
import { detectReset } from '#query/vector/histogram/detect-reset.ts';
import { equalHistograms } from '#query/vector/histogram/equal.ts';
import { call, column, type Expr, lambda, literal } from '#sql/tree.ts';
import { type Window, windowFunction } from './definition.ts';
import { gridAggregate } from './grid-aggregate.ts';
import { beganAnew } from './start-time.ts';

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
    compile: (window) =>
      gridAggregate('timeSeriesChangesToGrid')({ ...window, values: withoutNan(window.values) }),
  },
  (window) => countPairs(window, isChange),
);

export const resets = windowFunction(
  {
    name: 'resets',
    doc: 'How many times a counter started over within the range.',
    example: 'resets(http_requests_total[1h])',
    extensions: ['anchored'],
    compile: gridAggregate('timeSeriesResetsToGrid'),
  },
  (window) => countPairs(window, isReset),
);

/** How many samples stand in a relation to the sample before them. */
function countPairs(
  window: Window,
  counts: (window: Window, i: number) => boolean,
): number | undefined {
  const { times, from, to, startMs, extension } = window;
  let first = from;
  if (extension) {
    if ((times[to - 1] as number) <= startMs) return undefined;
    // Compared with the last sample before the window.
    while (first + 1 < to && (times[first + 1] as number) <= startMs) first++;
  }
  let count = 0;
  for (let i = first + 1; i < to; i++) {
    if (counts(window, i)) count++;
  }
  return count;
}

function isChange({ values, histograms }: Window, i: number): boolean {
  const now = histograms?.[i];
  const before = histograms?.[i - 1];
  if (now && before) return !equalHistograms(now, before);
  if (now || before) return true;
  const value = values[i] as number;
  const previous = values[i - 1] as number;
  return value !== previous && !(Number.isNaN(value) && Number.isNaN(previous));
}

function isReset(window: Window, i: number): boolean {
  const { values, histograms } = window;
  const now = histograms?.[i];
  const before = histograms?.[i - 1];
  if (now && before) return beganAnew(window, i) || detectReset(now, before);
  if (now || before) return true;
  return (values[i] as number) < (values[i - 1] as number) || beganAnew(window, i);
}
