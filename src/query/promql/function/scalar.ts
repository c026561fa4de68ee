// Scalars: time(), pi(), vector(), scalar(), and those that tell about the query.
// https://prometheus.io/docs/prometheus/latest/querying/functions/#scalar
import { gridTime } from '#query/vector/value.ts';
import {
  type CallContext,
  defineFunction,
  type FunctionDefinition,
  type Value,
} from './definition.ts';
import { oneSeries, onlyNumbers, scalarOf, seriesOf, vectorOf } from './series.ts';

const constant = (
  name: string,
  doc: string,
  of: (context: CallContext) => number,
  options: Partial<FunctionDefinition> = {},
): FunctionDefinition =>
  defineFunction({
    name,
    args: [],
    returns: 'scalar',
    doc,
    example: `${name}()`,
    ...options,
    evaluate: {
      kind: 'whole',
      of: (_, context) => scalar(context, () => of(context)),
    },
  });

const scalar = ({ grid }: CallContext, of: (step: number) => number): Value => ({
  kind: 'scalar',
  values: Float64Array.from({ length: grid.count }, (_, step) => of(step)),
});

const experimental = { isExperimental: true };

export const pi = constant('pi', 'π.', () => Math.PI);
export const start = constant(
  'start',
  'The first time of the query, in seconds.',
  ({ query }) => query.startMs / 1000,
  experimental,
);
export const end = constant(
  'end',
  'The last time of the query, in seconds.',
  ({ query }) => gridTime(query, query.count - 1) / 1000,
  experimental,
);
export const range = constant(
  'range',
  'The time from start to end of the query, in seconds.',
  ({ query }) => ((query.count - 1) * query.stepMs) / 1000,
  experimental,
);
export const step = constant(
  'step',
  'The step of a range query, in seconds.',
  ({ query }) => (query.count > 1 ? query.stepMs / 1000 : 0),
  experimental,
);

export const time = defineFunction({
  name: 'time',
  args: [],
  returns: 'scalar',
  doc: 'The time of the step, in seconds since 1970.',
  example: 'time() - process_start_time_seconds',
  evaluate: {
    kind: 'whole',
    of: (_, context) => scalar(context, (at) => gridTime(context.grid, at) / 1000),
  },
});

export const vector = defineFunction({
  name: 'vector',
  args: ['scalar'],
  returns: 'vector',
  doc: 'A scalar as a vector of one series without labels.',
  example: 'vector(1)',
  evaluate: {
    kind: 'whole',
    of: ([value], { grid }) => {
      const values = scalarOf(value);
      return vectorOf([oneSeries({}, grid.count, (at) => values[at])]);
    },
  },
});

export const scalarFunction = defineFunction({
  name: 'scalar',
  args: ['vector'],
  returns: 'scalar',
  doc: 'The value of the only series of a vector; NaN when there is none or more than one.',
  example: 'scalar(sum(up))',
  evaluate: {
    kind: 'whole',
    of: ([value], context) => {
      const series = onlyNumbers(seriesOf(value));
      return scalar(context, (at) => {
        const here = series.filter(({ present }) => present[at]);
        return here.length === 1 ? (here[0]?.values[at] as number) : Number.NaN;
      });
    },
  },
});

const choose = (name: string, doc: string, of: (left: number, right: number) => number) =>
  defineFunction({
    name,
    args: ['scalar', 'scalar'],
    returns: 'scalar',
    doc,
    example: `${name}(1, 2)`,
    isExperimental: true,
    evaluate: {
      kind: 'whole',
      of: ([left, right], context) => {
        const lefts = scalarOf(left);
        const rights = scalarOf(right);
        return scalar(context, (at) => of(lefts[at] as number, rights[at] as number));
      },
    },
  });

export const minOf = choose('min_of', 'The smaller of two scalars.', Math.min);
export const maxOf = choose('max_of', 'The larger of two scalars.', Math.max);
