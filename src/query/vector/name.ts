// Metric names that are to go: operations only mark them (GridSeries.dropsName), and they go when the
// query ends, so that operators above can still see them.
import { dropName } from './label.ts';
import { mergeEqualLabels } from './merge.ts';
import type { GridSeries } from './value.ts';

/** Marks the name of the series as one that is to go. */
export const markName = <T extends GridSeries>(series: T): T =>
  series.dropsName ? series : { ...series, dropsName: true };

/** Drops the marked names. Throws `vector_duplicate_series` when series are equal then. */
export function withoutMarkedNames(series: readonly GridSeries[]): readonly GridSeries[] {
  if (!series.some(({ dropsName }) => dropsName)) return series;
  return mergeEqualLabels(
    series.map((one) => {
      if (!one.dropsName) return one;
      const { dropsName, ...rest } = one;
      return { ...rest, labels: dropName(one.labels) };
    }),
  );
}
