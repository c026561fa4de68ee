// Exponential histograms, which no selector reads yet: whether there are any under a name.
import { and, column, isIn, literal, type Select } from '#sql/tree.ts';
import { histograms, histogramsBetween } from '#store/table/histograms.ts';
import { source } from '#store/table/table.ts';
import { type CompileScope, exactName, type Selection } from './matcher.ts';

/** What a selector may mean: its name, or the histogram of which it names a classic series. */
export function histogramNamesOf(selection: Selection, scope: CompileScope): readonly string[] {
  const name = exactName(selection, scope);
  if (name === undefined) return [];
  const base = name.replace(/_(?:bucket|count|sum)$/, '');
  return base === name ? [name] : [name, base];
}

/** Rows: name; of the names those that are exponential histograms in the range. */
export function compileHistogramNames(
  { fromMs, toMs }: Selection,
  names: readonly string[],
  { tenant }: CompileScope,
): Select {
  return {
    columns: [{ expr: column('name') }],
    isDistinct: true,
    from: source({ ...histograms, isReplacing: false }),
    where: and(histogramsBetween(tenant, fromMs, toMs), isIn(column('name'), names.map(literal))),
  };
}
