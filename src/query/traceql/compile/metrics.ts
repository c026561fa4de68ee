// The cells of a metrics function in SQL: GROUP BY group, interval and bucket. Pure.
import type { Select } from '#sql/tree.ts';
import type { MetricsCell } from '../metrics/cells.ts';
import type { Intervals } from '../metrics/interval.ts';
import type { MetricsPlan } from '../metrics/plan.ts';

export interface CompiledCells {
  readonly select: Select;
  readonly toCell: (row: Record<string, unknown>) => MetricsCell;
}

/** Undefined where evaluation has to make the cells: the SQL must give exactly what that gives. */
export function compileCells(
  _plan: MetricsPlan,
  _intervals: Intervals,
  _tenant: string,
): CompiledCells | undefined {
  return undefined;
}
