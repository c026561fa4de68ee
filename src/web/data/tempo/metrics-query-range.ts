// GET /tempo/api/metrics/query_range → series and exemplars of a TraceQL metrics query.
// Spec: https://grafana.com/docs/tempo/latest/api_docs/#traceql-metrics

import { formatSeconds } from '../../chart/format.ts';
import type { AlignOptions } from '../../frame/align.ts';
import type { Exemplar, Labels, SeriesFrame } from '../../frame/series.ts';
import { requestJson } from '../request.ts';

interface Label {
  readonly key: string;
  readonly value?: {
    readonly stringValue?: string;
    readonly intValue?: string | number;
    readonly doubleValue?: string | number;
    readonly boolValue?: boolean;
  };
}

interface Point {
  readonly timestampMs?: string;
  /** Left out when it is zero; text when it is not finite. */
  readonly value?: number | string;
}

export interface WireSeries {
  readonly labels?: readonly Label[];
  readonly samples?: readonly Point[];
  readonly exemplars?: readonly (Point & { readonly labels?: readonly Label[] })[];
}

export interface TraceMetrics {
  readonly series: readonly SeriesFrame[];
  readonly exemplars: readonly Exemplar[];
  /** What was asked, so that the chart's axis belongs to the answer. */
  readonly grid: AlignOptions;
}

const exemplarsMax = 100;

export async function queryTraceMetrics(
  { query, grid, isOfTimes }: { query: string; grid: AlignOptions; isOfTimes: boolean },
  signal: AbortSignal,
): Promise<TraceMetrics> {
  const answer = await requestJson<{ readonly series?: readonly WireSeries[] }>(
    'tempo/api/metrics/query_range',
    {
      q: query,
      start: grid.fromMs / 1000,
      end: grid.toMs / 1000,
      step: `${grid.stepMs / 1000}s`,
      exemplars: exemplarsMax,
    },
    { signal },
  );
  const found = (answer.series ?? []).map((one) => toSeries(one, isOfTimes));
  return {
    series: found.map(({ frame }) => frame),
    exemplars: found.flatMap(({ exemplars }) => exemplars),
    grid,
  };
}

/** `isOfTimes`: buckets of histogram_over_time() are seconds. */
export function toSeries(
  { labels, samples = [], exemplars = [] }: WireSeries,
  isOfTimes: boolean,
): { readonly frame: SeriesFrame; readonly exemplars: readonly Exemplar[] } {
  const seriesLabels = toLabels(labels, isOfTimes);
  return {
    frame: {
      labels: seriesLabels,
      times: Float64Array.from(samples, ({ timestampMs }) => Number(timestampMs ?? 0)),
      values: Float64Array.from(samples, ({ value }) => Number(value ?? 0)),
    },
    exemplars: exemplars.map((one) => {
      const { 'trace:id': traceId, 'span:id': spanId, ...rest } = toLabels(one.labels, isOfTimes);
      return {
        timeMs: Number(one.timestampMs ?? 0),
        value: Number(one.value ?? 0),
        traceId: traceId?.padStart(32, '0'),
        spanId: spanId?.padStart(16, '0'),
        labels: rest,
        seriesLabels,
      };
    }),
  };
}

/** Quantiles and buckets in the words of people: `p95`, `≤ 250 ms`. */
function toLabels(labels: readonly Label[] = [], isOfTimes: boolean): Labels {
  return Object.fromEntries(
    labels.flatMap(({ key, value }): [string, string][] => {
      const number = Number(value?.doubleValue);
      if (key === 'p' && !Number.isNaN(number)) return [['p', `p${round(number * 100)}`]];
      if (key !== '__bucket') return key === '__name__' ? [] : [[key, textOf(value)]];
      return [['bucket', `≤ ${isOfTimes ? formatSeconds(number) : round(number)}`]];
    }),
  );
}

const round = (value: number): number => Number(value.toPrecision(6));

const textOf = (value: Label['value']): string =>
  String(value?.stringValue ?? value?.intValue ?? value?.doubleValue ?? value?.boolValue ?? 'nil');
