// The engine's aggregates for range functions: name(start, end, step, window)(times, values).
import { type Expr, parametric } from '#sql/tree.ts';
import type { SqlWindow } from './definition.ts';

export function gridAggregate(name: string): (window: SqlWindow) => Expr {
  return ({ start, end, stepSeconds, windowSeconds, times, values }) =>
    parametric(name, [start, end, stepSeconds, windowSeconds], [times, values]);
}
