// What the HTTP API answered, in the terms of a script.
// https://prometheus.io/docs/prometheus/latest/querying/api/#expression-query-result-formats
import { parseFloatText } from '#query/promql/notation/number.ts';
import { sortedLabels } from '#query/vector/value.ts';
import type { Answer, AnswerSeries, Point, ShownHistogram } from './answer.ts';

interface JsonHistogram {
  readonly count: string;
  readonly sum: string;
  readonly buckets?: readonly (readonly [number, string, string, string])[];
}

type JsonPoint<Value> = readonly [number, Value];

interface JsonSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: JsonPoint<string>;
  readonly values?: readonly JsonPoint<string>[];
  readonly histogram?: JsonPoint<JsonHistogram>;
  readonly histograms?: readonly JsonPoint<JsonHistogram>[];
}

export interface JsonAnswer {
  readonly status: string;
  readonly errorType?: string;
  readonly error?: string;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
  readonly data?: {
    readonly resultType: Answer['type'];
    readonly result: readonly JsonSeries[] | JsonPoint<string>;
  };
}

export function toAnswer({ data, warnings = [], infos = [] }: JsonAnswer): Answer {
  if (!data) throw new Error('an answer without data');
  const { resultType: type, result } = data;
  const empty = { type, series: [], warnings, infos };
  if (type === 'scalar') return { ...empty, scalar: parseFloatText(String(result[1])) };
  if (type === 'string') return { ...empty, text: String(result[1]) };
  return { ...empty, series: (result as readonly JsonSeries[]).map(toSeries) };
}

function toSeries(json: JsonSeries): AnswerSeries {
  const floats = json.values ?? (json.value ? [json.value] : []);
  const histograms = json.histograms ?? (json.histogram ? [json.histogram] : []);
  const points: [number, Point][] = [
    ...floats.map(([time, value]): [number, Point] => [toMs(time), parseFloatText(value)]),
    ...histograms.map(([time, value]): [number, Point] => [toMs(time), toHistogram(value)]),
  ];
  points.sort(([a], [b]) => a - b);
  return {
    // Labels without a value stay: LogQL tells them from absent ones.
    labels: sortedLabels(Object.entries(json.metric)),
    times: points.map(([time]) => time),
    points: points.map(([, point]) => point),
  };
}

const toMs = (seconds: number): number => Math.round(seconds * 1000);

function toHistogram({ count, sum, buckets = [] }: JsonHistogram): ShownHistogram {
  return {
    count: parseFloatText(count),
    sum: parseFloatText(sum),
    buckets: buckets.map(([rule, left, right, inside]) => ({
      rule,
      left: parseFloatText(left),
      right: parseFloatText(right),
      count: parseFloatText(inside),
    })),
  };
}
