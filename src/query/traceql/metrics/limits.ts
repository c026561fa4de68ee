// What bounds the memory of a metrics query and its answer.
import { InputError } from '#lib/errors.ts';

/** Counted values (some 200 MB), and values of an answer (some 50 MB of JSON). */
export const valuesMax = 1_000_000;

/** Series times intervals before topk() and the like: 160 MB. */
export const pointsMax = 20_000_000;

const hint = 'Group by attributes with fewer values, filter more, or take a larger step.';

export const tooManyValues = (max: number): InputError =>
  new InputError(
    'traceql_limit_series',
    `cannot compute: the answer would have more than ${max} values`,
    { hint },
  );

export const tooManySeries = (max: number): InputError =>
  new InputError(
    'traceql_limit_series',
    `cannot answer: there are more than ${max} series; the limit is query.traceql.max_series`,
    {
      hint: 'Group by attributes with fewer values, filter more, or keep the greatest with topk().',
    },
  );

/** The engine stopped for there were more groups or rows than we take. */
export function asTooManyValues(error: unknown): unknown {
  return error instanceof InputError && error.code === 'limit_rows'
    ? tooManyValues(valuesMax)
    : error;
}
