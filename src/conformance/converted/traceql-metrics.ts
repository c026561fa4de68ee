// TraceQL metrics queries over spans that are given as data, and the rules of their steps.
import { check as checkQuery } from '#query/traceql/check/check.ts';
import { evaluatePipeline } from '#query/traceql/eval/pipeline.ts';
import { Trace } from '#query/traceql/eval/trace.ts';
import { int, type Value } from '#query/traceql/eval/value.ts';
import { Accumulator } from '#query/traceql/metrics/accumulate.ts';
import {
  defaultStep,
  type Intervals,
  instantInterval,
  intervalOf,
  intervalsBetween,
  timeOf,
} from '#query/traceql/metrics/interval.ts';
import { type MetricsPlan, planMetrics } from '#query/traceql/metrics/plan.ts';
import { bucketOf } from '#query/traceql/metrics/quantile.ts';
import { makeSeries, type Series } from '#query/traceql/metrics/series.ts';
import { evaluateTree } from '#query/traceql/metrics/tree.ts';
import { parse } from '#query/traceql/syntax/parse.ts';
import type { CaseResult } from '../suite.ts';
import { type ConvertedFile, type ConvertedKind, casesOf, hasNames } from './kind.ts';
import { type CaseSpan, toSpan } from './traceql-evaluation.ts';

interface MetricsCase {
  readonly request: {
    readonly query: string;
    readonly start_ns: number | string;
    readonly end_ns: number | string;
    readonly step_ns: number | string;
    readonly instant?: boolean;
  };
  readonly input: readonly CaseSpan[];
  readonly output: readonly CaseSeries[];
}

interface CaseSeries {
  readonly labels: readonly { readonly name: string; readonly value: unknown }[];
  readonly values: readonly (number | string)[];
}

export const traceqlMetrics: ConvertedKind = {
  kind: 'traceql-metrics',
  recognise: (file) => hasNames(file, ['request', 'input', 'output']),
  run: (file) =>
    Promise.all(
      casesOf<MetricsCase>(file).map(async (one, i) => ({
        id: `${i} ${one.request.query}`.slice(0, 200),
        failure: await metricsProblem(one).catch((error) => `crashed: ${String(error)}`),
      })),
    ),
};

async function metricsProblem({
  request,
  input,
  output,
}: MetricsCase): Promise<string | undefined> {
  const [fromNano, toNano] = [BigInt(request.start_ns), BigInt(request.end_ns)];
  const intervals =
    request.instant === true
      ? instantInterval(fromNano, toNano)
      : intervalsBetween({ fromNano, toNano, stepNano: BigInt(request.step_ns) });
  const query = parse(request.query);
  checkQuery(query);
  if (query.root.kind !== 'metrics') return 'no metrics query';
  const ids = new Set<string>();
  const trace = new Trace(
    '1',
    input.map((span) => toSpan(span, ids)),
  );
  const found = await evaluateTree(planMetrics(query.root), (plan) =>
    runFunction(plan, trace, intervals),
  );
  return differenceOf(typeof found === 'number' ? [] : found, output);
}

function runFunction(plan: MetricsPlan, trace: Trace, intervals: Intervals): Series[] {
  const accumulator = new Accumulator(plan, intervals, { isStrict: true });
  for (const { spans } of evaluatePipeline(plan.pipeline, trace)) {
    for (const span of spans) accumulator.observe(span, trace);
  }
  return makeSeries(plan, accumulator.cells(), intervals);
}

const tolerance = 1e-9;

function differenceOf(
  series: readonly Series[],
  wanted: readonly CaseSeries[],
): string | undefined {
  if (series.length !== wanted.length) return `${series.length} series for ${wanted.length}`;
  const given = new Map(
    series.map(({ labels, values }) => [keyOf(labels.map(plainLabel)), values]),
  );
  for (const { labels, values } of wanted) {
    const key = keyOf(labels.map(({ name, value }) => [name, value]));
    const own = given.get(key);
    if (own === undefined) return `no series ${key}`;
    const isSame = values.length === own.length && values.every((each, i) => isClose(each, own[i]));
    if (!isSame) return `${own.join(' ')} for ${values.join(' ')} of ${key}`;
  }
  return undefined;
}

const keyOf = (labels: readonly (readonly [string, unknown])[]): string =>
  JSON.stringify(labels.map((label) => JSON.stringify(label)).sort());

const plainLabel = ({ name, value }: { name: string; value: Value }): [string, unknown] => [
  name,
  'value' in value ? value.value : 'nil',
];

function isClose(wanted: number | string, given = Number.NaN): boolean {
  const value = Number(String(wanted).replace('Inf', 'Infinity'));
  if (Number.isNaN(value) || !Number.isFinite(value)) return Object.is(value, given);
  return Math.abs(value - given) <= tolerance * Math.max(Math.abs(value), Math.abs(given));
}

/** One object has the names of all lists; each list uses its own. */
interface StepCase {
  readonly window_ns?: number;
  readonly step_ns?: number;
  readonly ts?: number;
  readonly start?: number;
  readonly end?: number;
  readonly step?: number;
  readonly instant?: boolean;
  readonly interval?: number;
  readonly intervals?: number;
  readonly input?: number;
  readonly bucket?: number;
}

const none = -1;

const stepRules: Readonly<
  Record<string, (one: StepCase) => readonly [wanted: unknown, given: unknown]>
> = {
  TestDefaultQueryRangeStep: ({ window_ns, step_ns }) => [
    step_ns,
    Number(defaultStep(BigInt(window_ns ?? 0))),
  ],
  TestIntervalOf: (one) => {
    const time = BigInt(one.ts ?? 0);
    return [one.interval, intervalOf(time, intervalsOf(one)) ?? none];
  },
  TestTimestampOf: (one) => [one.ts, Number(timeOf(one.interval ?? 0, intervalsOf(one)))],
  TestLog2Bucketize: ({ input, bucket }) => [bucket, bucketOf(int(input ?? 0)) ?? none],
  TestStepRangeToIntervals: (one) => [one.intervals, intervalsOf(one).count],
};

function intervalsOf({ start = 0, end = 0, step = 0, instant = false }: StepCase): Intervals {
  const [fromNano, toNano, stepNano] = [BigInt(start), BigInt(end), BigInt(step)];
  return instant
    ? instantInterval(fromNano, toNano)
    : intervalsBetween({ fromNano, toNano, stepNano });
}

const lists = (file: ConvertedFile): string[] =>
  Object.keys(file.json).filter((name) => Array.isArray(file.json[name]));

export const traceqlSteps: ConvertedKind = {
  kind: 'traceql-steps',
  recognise: (file) => lists(file).includes('TestIntervalOf'),
  run: (file): CaseResult[] =>
    lists(file).flatMap((list) =>
      casesOf<StepCase>(file, list).map((one) => {
        const id = `${list} ${JSON.stringify(one)}`;
        const rule = stepRules[list];
        if (rule === undefined) return { id, failure: 'no rule of steps that is known' };
        const [wanted, given] = rule(one);
        return { id, failure: wanted === given ? undefined : `${given} for ${wanted}` };
      }),
    ),
};
