// https://prometheus.io/docs/prometheus/latest/querying/functions/#start_timestamp
import { unwrapParens } from '../syntax/ast.ts';
import { defineFunction } from './definition.ts';
import { mapPoints, vectorOf } from './series.ts';

export const startTimestamp = defineFunction({
  name: 'start_timestamp',
  args: ['vector'],
  returns: 'vector',
  doc: 'When the counting of each sample began, in seconds, or 0 when its sender did not say; nothing for anything but a selector.',
  example: 'start_timestamp(http_requests_total)',
  isExperimental: true,
  wants: 'start',
  evaluate: {
    kind: 'whole',
    of: ([vector], { args: [arg] }) =>
      arg && unwrapParens(arg).kind === 'vector-selector'
        ? mapPoints(vector, (start) => start)
        : vectorOf([]),
  },
});
