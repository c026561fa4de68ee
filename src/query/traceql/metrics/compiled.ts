// Cells that the engine made: rows of compile/metrics.ts, with what their scopes say.
import { InputError } from '#lib/errors.ts';
import type { CellRow, CompiledCells } from '../compile/metrics.ts';
import type { MetricsCell } from './cells.ts';
import type { SpanSourceSettings } from './evaluate.ts';
import type { Intervals } from './interval.ts';
import { asTooManyValues, valuesMax } from './limits.ts';

export async function readCells(
  compiled: CompiledCells,
  { firstNano, endNano }: Intervals,
  { reader, origins, tenant, signal }: SpanSourceSettings,
): Promise<MetricsCell[]> {
  const { select, careful, scopeColumns, toCell } = compiled;
  const options = {
    ...(signal ? { signal } : {}),
    maxRows: valuesMax,
    settings: { max_rows_to_group_by: valuesMax },
  };
  let rows: readonly CellRow[];
  try {
    rows = await reader.rows<CellRow>(select, options);
  } catch (error) {
    const isTooLarge = error instanceof InputError && error.code === 'limit_memory';
    if (!isTooLarge || careful === undefined) throw asTooManyValues(error);
    rows = await reader.rows<CellRow>(careful, options);
  }
  const scopeIds = new Set(
    rows
      .flatMap((row) => scopeColumns.map((name) => row[name] as bigint))
      .filter((id) => id !== 0n),
  );
  const range = { tenant, fromNano: firstNano, toNano: endNano };
  const known = await origins.read([...scopeIds], range, signal);
  return rows.map((row) => toCell(row, known));
}
