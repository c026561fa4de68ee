// https://prometheus.io/docs/prometheus/latest/querying/functions/#timestamp
import { gridTime } from '#query/vector/value.ts';
import { unwrapParens } from '../syntax/ast.ts';
import { defineFunction } from './definition.ts';
import { mapPoints } from './series.ts';

export const timestamp = defineFunction({
  name: 'timestamp',
  args: ['vector'],
  returns: 'vector',
  doc: 'The time of each sample in seconds; of anything but a selector, the time of the step.',
  example: 'timestamp(up)',
  wants: 'timestamp',
  usesStepTime: true,
  evaluate: {
    kind: 'whole',
    of: ([vector], { grid, args: [arg] }) =>
      arg && unwrapParens(arg).kind === 'vector-selector'
        ? mapPoints(vector, (sampleTime) => sampleTime)
        : mapPoints(vector, (_, step) => gridTime(grid, step) / 1000),
  },
});
