// GET /prometheus/api/v1/query_range → series. A native histogram is shown by its count.

import type { AlignOptions } from '../../frame/align.ts';
import type { Labels, SeriesFrame } from '../../frame/series.ts';
import { requestPrometheus, toSeconds } from './answer.ts';

interface MatrixSeries {
  readonly metric: Labels;
  readonly values?: readonly (readonly [number, string])[];
  readonly histograms?: readonly (readonly [number, { readonly count: string }])[];
}

export interface RangeAnswer {
  readonly series: readonly SeriesFrame[];
  readonly notes: readonly string[];
  /** What was asked, so that the chart's axis belongs to the answer. */
  readonly grid: AlignOptions;
}

export async function queryRange(
  query: string,
  grid: AlignOptions,
  signal: AbortSignal,
): Promise<RangeAnswer> {
  const { data, notes } = await requestPrometheus<{ result: readonly MatrixSeries[] }>(
    'query_range',
    {
      query,
      start: toSeconds(grid.fromMs),
      end: toSeconds(grid.toMs),
      step: String(grid.stepMs / 1000),
    },
    signal,
  );
  return { series: data.result.map(toFrame), notes, grid };
}

/** `+Inf` and `-Inf` are Go's spelling. */
const toNumber = (text: string): number =>
  text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text);

export function toFrame(series: MatrixSeries): SeriesFrame {
  const points = series.values ?? series.histograms?.map(([at, { count }]) => [at, count] as const);
  return {
    labels: series.metric,
    times: Float64Array.from(points ?? [], ([at]) => at * 1000),
    values: Float64Array.from(points ?? [], ([, value]) => toNumber(value)),
  };
}
