// Metric names that are to go: operations only mark them (GridSeries.dropsName), and they go when the
// query ends, so that operators above can still see them.
import { dropName } from './label.ts';
import { mergeEqualLabels } from './merge.ts';
import { seriesOfPoints } from './point.ts';
import type { GridSeries } from './value.ts';

/** Marks the name of the series as one that is to go. */
export const markName = (series: GridSeries): GridSeries =>
  series.dropsName ? series : seriesOfPoints(series.labels, series, true);

/** Drops the marked names. Throws `vector_duplicate_series` when series are equal then. */
export function withoutMarkedNames(series: readonly GridSeries[]): readonly GridSeries[] {
  if (!series.some(({ dropsName }) => dropsName)) return series;
  return mergeEqualLabels(
    series.map((one) => {
      return one.dropsName ? seriesOfPoints(dropName(one.labels), one, false) : one;
    }),
  );
}
