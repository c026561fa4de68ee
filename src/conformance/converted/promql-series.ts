// Series as test scripts write them: labels, and native histograms.
import { messageOf } from '#lib/errors.ts';
import { parseSeriesLine } from '#query/promql/notation/series.ts';
import type { Buckets, Histogram } from '#query/vector/histogram/histogram.ts';
import { stable } from '../recorded/case.ts';
import type { CaseResult } from '../suite.ts';
import { type ConvertedKind, casesOf, check, hasNames } from './kind.ts';

interface Span {
  readonly offset: number;
  readonly length: number;
}

interface ExpectedHistogram {
  readonly schema: number;
  readonly count: number;
  readonly sum: number;
  readonly zero_count: number;
  readonly zero_threshold: number;
  readonly positive_spans: readonly Span[];
  readonly positive_buckets: readonly number[];
  readonly negative_spans: readonly Span[];
  readonly negative_buckets: readonly number[];
  readonly counter_reset_hint?: string;
}

interface HistogramCase {
  readonly name: string;
  readonly input: string;
  readonly error: string | null;
  readonly expected: readonly ExpectedHistogram[] | null;
}

interface LabelCase {
  readonly name: string;
  readonly input: string;
  readonly error: string | null;
  readonly labels: Readonly<Record<string, string>> | null;
}

export const promqlSeries: ConvertedKind = {
  kind: 'promql-series',
  recognise: (file) =>
    hasNames(file, ['input', 'labels']) || hasNames(file, ['input', 'expected'], 'histogram_cases'),
  run: (file): CaseResult[] => [
    ...check(casesOf<HistogramCase>(file, 'histogram_cases'), ({ name }) => name, histogramProblem),
    ...check(casesOf<LabelCase>(file), ({ name }) => name, labelProblem),
  ],
};

function labelProblem({ input, error, labels }: LabelCase): string | undefined {
  try {
    const given = parseSeriesLine(input);
    if (error !== null) return 'accepted';
    return stable(given.labels) === stable(labels) ? undefined : stable(given.labels);
  } catch (thrown) {
    return error === null ? `refused: ${messageOf(thrown)}` : undefined;
  }
}

function histogramProblem({ input, error, expected }: HistogramCase): string | undefined {
  let given: Histogram[];
  try {
    given = parseSeriesLine(input).items.flatMap((item) =>
      item.kind === 'histogram' ? [item.histogram] : [],
    );
  } catch (thrown) {
    return error === null ? `refused: ${messageOf(thrown)}` : undefined;
  }
  if (error !== null) return 'accepted';
  const [want, have] = [(expected ?? []).map(normalExpected), given.map(normalGiven)].map(stable);
  return want === have ? undefined : `${have} for ${want}`;
}

const hints: Readonly<Record<string, Histogram['counterReset']>> = {
  'histogram.UnknownCounterReset': 'unknown',
  'histogram.CounterReset': 'reset',
  'histogram.NotCounterReset': 'not-reset',
  'histogram.GaugeType': 'gauge',
};

function normalExpected(one: ExpectedHistogram): object {
  return {
    schema: one.schema,
    count: one.count,
    sum: one.sum,
    zeroCount: one.zero_count,
    zeroThreshold: one.zero_threshold,
    positive: entriesOf(one.positive_spans, one.positive_buckets),
    negative: entriesOf(one.negative_spans, one.negative_buckets),
    hint: hints[one.counter_reset_hint ?? ''] ?? 'unknown',
  };
}

function entriesOf(spans: readonly Span[], counts: readonly number[]): [number, number][] {
  let index = 0;
  let at = 0;
  const entries: [number, number][] = [];
  for (const { offset, length } of spans) {
    index += offset;
    for (let i = 0; i < length; i++) entries.push([index++, counts[at++] ?? 0]);
  }
  return entries.filter(([, count]) => count !== 0);
}

function normalGiven(one: Histogram): object {
  const { schema, count, sum, zeroCount, zeroThreshold, counterReset: hint } = one;
  const entries = ({ indexes, counts }: Buckets): [number, number][] =>
    [...indexes].map((index, i) => [index, counts[i] as number]);
  const [positive, negative] = [entries(one.positive), entries(one.negative)];
  return { schema, count, sum, zeroCount, zeroThreshold, positive, negative, hint };
}
