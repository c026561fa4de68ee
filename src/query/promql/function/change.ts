// changes and resets: how often neighbouring values in a window differ, or fall.
// https://prometheus.io/docs/prometheus/latest/querying/functions/#changes
import { call, column, type Expr, lambda, literal } from '#sql/tree.ts';
import { windowFunction } from './definition.ts';
import { gridAggregate } from './grid-aggregate.ts';

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
    compile: (window) =>
      gridAggregate('timeSeriesChangesToGrid')({ ...window, values: withoutNan(window.values) }),
  },
  ({ values, from, to }) => {
    let count = 0;
    for (let i = from + 1; i < to; i++) {
      if (!Object.is(values[i], values[i - 1]) && values[i] !== values[i - 1]) count++;
    }
    return count;
  },
);

export const resets = windowFunction(
  {
    name: 'resets',
    doc: 'How many times a counter started over within the range.',
    example: 'resets(http_requests_total[1h])',
    compile: gridAggregate('timeSeriesResetsToGrid'),
  },
  ({ values, from, to }) => {
    let count = 0;
    for (let i = from + 1; i < to; i++) {
      if ((values[i] as number) < (values[i - 1] as number)) count++;
    }
    return count;
  },
);
