// absent and absent_over_time: 1 where nothing is, with the labels that the selector asks for.
// https://prometheus.io/docs/prometheus/latest/querying/functions/#absent
import { METRIC_NAME } from '#query/vector/label.ts';
import { type Labels, sortedLabels } from '#query/vector/value.ts';
import { type Expr, unwrapParens } from '../syntax/ast.ts';
import { defineFunction, type Windows } from './definition.ts';
import { oneSeries, seriesOf, vectorOf, windowsOf } from './series.ts';

export const absent = defineFunction({
  name: 'absent',
  args: ['vector'],
  returns: 'vector',
  doc: 'Nothing when the vector has any series; else one series of value 1.',
  example: 'absent(up{job="api"})',
  evaluate: {
    kind: 'whole',
    of: ([vector], { grid, args: [arg] }) => {
      const series = seriesOf(vector);
      const missing = oneSeries(requestedLabels(arg), grid.count, (step) =>
        series.some(({ present }) => present[step]) ? undefined : 1,
      );
      return vectorOf([missing]);
    },
  },
});

export const absentOverTime = defineFunction({
  name: 'absent_over_time',
  args: ['matrix'],
  returns: 'vector',
  doc: 'Nothing when the range vector has any sample; else one series of value 1.',
  example: 'absent_over_time(up{job="api"}[1h])',
  evaluate: {
    kind: 'whole',
    of: ([matrix], { grid, args: [arg] }) => {
      const isThere = new Uint8Array(grid.count);
      const windows = windowsOf(matrix);
      for (const { times } of windows.series) markSteps(times, windows, isThere);
      const missing = oneSeries(requestedLabels(arg), grid.count, (step) =>
        isThere[step] ? undefined : 1,
      );
      return vectorOf([missing]);
    },
  },
});

/** Marks the steps whose windows have any of the times; both ascend. */
function markSteps(times: Float64Array, { ends, rangeMs }: Windows, marks: Uint8Array): void {
  let next = 0;
  for (let step = 0; step < ends.length; step++) {
    const end = ends[step] as number;
    while (next < times.length && (times[next] as number) <= end) next++;
    if (next > 0 && (times[next - 1] as number) > end - rangeMs) marks[step] = 1;
  }
}

/** Labels that the selector pins to one value by a single `=`. */
function requestedLabels(arg: Expr | undefined): Labels {
  const inner = arg && unwrapParens(arg);
  const selector = inner?.kind === 'matrix-selector' ? inner.selector : inner;
  if (selector?.kind !== 'vector-selector') return {};
  const pinned = new Map<string, string>();
  const ambiguous = new Set<string>();
  for (const { label, operator, value } of selector.matchers) {
    if (label === METRIC_NAME) continue;
    if (operator === '=' && !pinned.has(label)) pinned.set(label, value);
    else ambiguous.add(label);
  }
  return sortedLabels(
    [...pinned].filter(([label, value]) => value !== '' && !ambiguous.has(label)),
  );
}
