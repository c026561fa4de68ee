// Series → small lines without axes. Pure.

import { type AlignOptions, alignSeries } from '../../frame/align.ts';
import { type SeriesFrame, statsOf } from '../../frame/series.ts';

export interface SparklineScene {
  /** SVG path data; a gap starts a new part, a point alone is a line without length. */
  readonly paths: readonly string[];
  /** Of the series with the largest last value. */
  readonly last: number | undefined;
}

const linesMax = 8;

export function layoutSparkline(
  series: readonly SeriesFrame[],
  grid: AlignOptions,
  { width, height }: { readonly width: number; readonly height: number },
): SparklineScene {
  const shown = series.slice(0, linesMax);
  const stats = shown.map((one) => statsOf(one.values));
  const lasts = stats.flatMap(({ last }) => (last === undefined ? [] : [last]));
  const max = Math.max(...stats.map((one) => one.max ?? 0), 0);
  const min = Math.min(...stats.map((one) => one.min ?? 0), 0);
  const { times, columns } = alignSeries(shown, grid);
  const x = (index: number): string => ((index / Math.max(1, times.length - 1)) * width).toFixed(1);
  const y = (value: number): string =>
    (height - 2 - ((value - min) / (max - min || 1)) * (height - 4)).toFixed(1);
  const paths = columns.map((column) => {
    let path = '';
    column.forEach((value, index) => {
      if (value === null) return;
      const isStart = index === 0 || column[index - 1] === null;
      const isAlone = isStart && (column[index + 1] ?? null) === null;
      path += `${isStart ? 'M' : 'L'}${x(index)} ${y(value)}${isAlone ? 'h0' : ''}`;
    });
    return path;
  });
  return { paths, last: lasts.length === 0 ? undefined : Math.max(...lasts) };
}
