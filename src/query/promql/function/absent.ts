// absent and absent_over_time: 1 where nothing is, with the labels that the selector asks for.
// https://prometheus.io/docs/prometheus/latest/querying/functions/#absent
import { METRIC_NAME } from '#query/vector/label.ts';
import { type Labels, sortedLabels } from '#query/vector/value.ts';
import { type Expr, unwrapParens } from '../syntax/ast.ts';
import { defineFunction } from './definition.ts';
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
      const { series, ends, rangeMs } = windowsOf(matrix);
      const missing = oneSeries(requestedLabels(arg), grid.count, (step) => {
        const end = ends[step] as number;
        const isThere = series.some(({ times }) =>
          times.some((time) => time > end - rangeMs && time <= end),
        );
        return isThere ? undefined : 1;
      });
      return vectorOf([missing]);
    },
  },
});

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
