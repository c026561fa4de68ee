// Selectors in, the names and ids of the series out: for who deletes them.
import type { StoreReader } from '#store/contract.ts';
import { compileSeries } from './compile/samples.ts';
import type { Matcher } from './syntax/ast.ts';

export interface SeriesSearch {
  readonly tenant: string;
  readonly isStrict: boolean;
  /** Any of them may match. */
  readonly selectors: readonly (readonly Matcher[])[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly signal?: AbortSignal;
}

export interface FoundSeries {
  readonly name: string;
  readonly id: bigint;
}

/** Series that were seen on the days of the range, each once. */
export async function findSeries(
  reader: StoreReader,
  { selectors, signal, tenant, isStrict, ...times }: SeriesSearch,
): Promise<readonly FoundSeries[]> {
  const found = new Map<bigint, FoundSeries>();
  for (const matchers of selectors) {
    const select = compileSeries({ matchers, ...times }, { tenant, isStrict });
    const rows = await reader.rows<{ series_id: bigint; name: string }>(
      select,
      signal ? { signal } : {},
    );
    for (const { series_id: id, name } of rows) found.set(id, { name, id });
  }
  return [...found.values()];
}
