// A metrics query from its text to series:
//
//   text → parse, check → plan (plan.ts: a tree; its leaves say what to read, group and compute)
//        → per leaf: cells = compiled (compile/metrics.ts: GROUP BY in the engine)
//                            ?? evaluated (evaluate.ts reads spans, accumulate.ts adds them up)
//        → series.ts, compare.ts: what the function makes of its cells; exemplars.ts
//        → second-stage.ts: topk, bottomk, comparisons, arithmetic between the leaves' series
//
// Intervals (interval.ts) are the same for all of it. Nothing is sampled: hints that ask for it are
// accepted, the answer is exact.
import { InputError } from '#lib/errors.ts';
import type { UnixMs } from '#model/unit.ts';
import type { Select } from '#sql/tree.ts';
import type { StoreReader } from '#store/contract.ts';
import { check } from '../check/check.ts';
import { compileCompare } from '../compile/compare.ts';
import { compileCells } from '../compile/metrics.ts';
import { evaluatePipeline } from '../eval/pipeline.ts';
import type { Trace, TraceSpan } from '../eval/trace.ts';
import type { OriginReader } from '../origins.ts';
import type { Hint, MetricsQuery } from '../syntax/ast.ts';
import { parse } from '../syntax/parse.ts';
import { Accumulator } from './accumulate.ts';
import type { MetricsAnswer, MetricsRequest, MetricsSample, MetricsSeries } from './answer.ts';
import type { MetricsCell } from './cells.ts';
import { readCompared } from './compare-compiled.ts';
import { readCells } from './compiled.ts';
import { type SpanPage, SpanSource, type SpanSourceSettings } from './evaluate.ts';
import { ExemplarChoice, exemplarsMax, slotsOf, withExemplars } from './exemplars.ts';
import { type Intervals, timeOf } from './interval.ts';
import { intrinsicLabel } from './label.ts';
import { tooManySeries, tooManyValues, valuesMax } from './limits.ts';
import { type MetricsPlan, planMetrics } from './plan.ts';
import { intervalsOf, refuseWhatTempoRefuses } from './request.ts';
import { rankLabels } from './second-stage.ts';
import { makeSeries, type Series } from './series.ts';
import { groupedAsColumns } from './tempo-columns.ts';
import { evaluateTree } from './tree.ts';

export interface MetricsSettings {
  readonly reader: StoreReader;
  readonly origins: OriginReader;
  readonly isStrict: boolean;
  readonly pushDown: 'auto' | 'always' | 'never';
  /** Now, where the request has no end. */
  readonly nowNano: bigint;
  readonly traceSpreadNano: bigint;
  readonly tracesMax: number;
  readonly seriesMax: number;
  readonly signal: AbortSignal | undefined;
}

export async function runMetrics(
  kind: 'range' | 'instant',
  request: MetricsRequest,
  settings: MetricsSettings,
): Promise<MetricsAnswer> {
  const { root, hints } = parse(request.query, { isStrict: settings.isStrict });
  if (root.kind !== 'metrics') throw notMetrics();
  check({ root, hints }, settings);
  if (settings.isStrict) refuseWhatTempoRefuses(root);
  const intervals = intervalsOf(kind, request, settings);
  const exemplars = kind === 'instant' ? 0 : exemplarsOf(request, hints);
  const run = new Run(intervals, { ...settings, tenant: request.tenant, exemplars });
  return run.answer(root);
}

const notMetrics = (): InputError => new InputError('traceql_type', 'not a metrics query');

/** The hint beats the request: `exemplars=false`, or a number. */
function exemplarsOf({ exemplars = exemplarsMax }: MetricsRequest, hints: readonly Hint[]): number {
  const value = hints.find(({ name }) => name === 'exemplars')?.value;
  if (value?.type === 'bool' && !value.value) return 0;
  const wanted = value?.type === 'int' ? Number(value.value) : exemplars;
  return Math.max(0, Math.min(wanted, exemplarsMax));
}

interface RunSettings extends MetricsSettings {
  readonly tenant: string;
  readonly exemplars: number;
}

/** So many spans between two turns of others. */
const spansPerTurn = 2_000;

class Run {
  readonly #intervals: Intervals;
  readonly #settings: RunSettings;
  #isPushed = true;
  #inspectedSpans = 0;

  constructor(intervals: Intervals, settings: RunSettings) {
    this.#intervals = intervals;
    this.#settings = settings;
  }

  async answer(root: MetricsQuery): Promise<MetricsAnswer> {
    const found = await evaluateTree(planMetrics(root, this.#settings), (plan) =>
      this.#runFunction(plan),
    );
    const series = typeof found === 'number' ? [] : found;
    return {
      series: toAnswer(series, this.#intervals, this.#settings.seriesMax),
      isPushed: this.#isPushed,
      inspectedSpans: this.#inspectedSpans,
    };
  }

  async #runFunction(plan: MetricsPlan): Promise<Series[]> {
    const { pushDown } = this.#settings;
    const isPushing = pushDown !== 'never';
    const settings = { ...this.#settings, pushDown: isPushing };
    const source = new SpanSource(plan, this.#intervals, settings);
    const pushed = isPushing ? this.#push(plan, settings) : undefined;
    if (pushed === undefined) {
      if (pushDown === 'always') throw notPushed();
      this.#isPushed = false;
      return this.#evaluateSpans(plan, source);
    }
    const cells = await pushed.cells();
    const choice = await this.#chooseExemplars(plan, { ...pushed, cells }, source);
    return this.#series(plan, cells, choice);
  }

  /** The cells as the engine makes them, and a statement that reads the spans in them. */
  #push(
    plan: MetricsPlan,
    settings: SpanSourceSettings,
  ): { readonly counted: Select; readonly cells: () => Promise<MetricsCell[]> } | undefined {
    const intervals = this.#intervals;
    const { tenant, traceSpreadNano } = settings;
    if (plan.measure !== 'compare') {
      const compiled = compileCells(plan, intervals, tenant);
      if (compiled === undefined) return undefined;
      return { counted: compiled.select, cells: () => readCells(compiled, intervals, settings) };
    }
    // Strict mode also counts what Tempo's columns add.
    if (this.#settings.isStrict) return undefined;
    const around = {
      tenant,
      fromNano: intervals.firstNano - traceSpreadNano,
      toNano: intervals.endNano + traceSpreadNano,
    };
    const compiled = compileCompare(plan, intervals, { around });
    if (compiled === undefined) return undefined;
    return {
      counted: compiled.names,
      cells: () => readCompared(compiled, intervals, settings),
    };
  }

  async #evaluateSpans(plan: MetricsPlan, source: SpanSource): Promise<Series[]> {
    const accumulator = new Accumulator(plan, this.#intervals, this.#settings);
    const choice = this.#newChoice();
    for await (const page of source.pages()) {
      await this.#forEachSpan(plan, page, (span, trace) => {
        if (accumulator.observe(span, trace)) choice?.observe(span, trace);
      });
    }
    return this.#series(plan, [...accumulator.cells()], choice);
  }

  /** Of cells that the engine made, the spans are not known: some are read for their own sake. */
  async #chooseExemplars(
    plan: MetricsPlan,
    { counted, cells }: { readonly counted: Select; readonly cells: readonly MetricsCell[] },
    source: SpanSource,
  ): Promise<ExemplarChoice | undefined> {
    const choice = this.#newChoice();
    if (choice === undefined) return undefined;
    const slots = slotsOf(this.#intervals, this.#settings.exemplars);
    const page = await source.exemplars(counted, slots, spansIn(plan, cells));
    await this.#forEachSpan(plan, page, (span, trace) => choice.observe(span, trace));
    return choice;
  }

  #newChoice(): ExemplarChoice | undefined {
    const { exemplars } = this.#settings;
    return exemplars === 0 ? undefined : new ExemplarChoice(slotsOf(this.#intervals, exemplars));
  }

  #series(
    plan: MetricsPlan,
    cells: readonly MetricsCell[],
    choice: ExemplarChoice | undefined,
  ): Series[] {
    const intervals = this.#intervals;
    const own = this.#settings.isStrict ? groupedAsColumns(plan, cells) : cells;
    const series = makeSeries(plan, own, intervals);
    return choice ? withExemplars(series, choice.spans(), plan, { cells, intervals }) : series;
  }

  /** The spans that the pipeline leaves; lets others in now and then. */
  async #forEachSpan(
    plan: MetricsPlan,
    page: SpanPage,
    visit: (span: TraceSpan, trace: Trace) => void,
  ): Promise<void> {
    let seen = 0;
    for (const trace of page.traces) {
      this.#inspectedSpans += trace.spans.length;
      for (const { spans } of evaluatePipeline(plan.pipeline, trace)) {
        for (const span of spans) if (page.countsAll || page.counts(span)) visit(span, trace);
      }
      seen += trace.spans.length;
      if (seen < spansPerTurn) continue;
      seen = 0;
      await new Promise((resolve) => setImmediate(resolve));
      this.#settings.signal?.throwIfAborted();
    }
  }
}

/** compare() counts each span once under `name`. */
function spansIn({ measure }: MetricsPlan, cells: readonly MetricsCell[]): number {
  const name = intrinsicLabel('name');
  const isSpan = ({ group: [, label] }: MetricsCell): boolean =>
    measure !== 'compare' || (label?.type === 'string' && label.value === name);
  return cells.reduce((sum, cell) => (isSpan(cell) ? sum + cell.count : sum), 0);
}

const notPushed = (): InputError =>
  new InputError(
    'traceql_not_pushed',
    'cannot run this query wholly in the engine; set query.push_down to auto',
  );

/** Series that have no value are left out; the others are in the order of their labels. */
function toAnswer(
  series: readonly Series[],
  intervals: Intervals,
  seriesMax: number,
): MetricsSeries[] {
  if (series.length > seriesMax) throw tooManySeries(seriesMax);
  if (series.length * intervals.count > valuesMax) throw tooManyValues(valuesMax);
  return [...series]
    .sort((a, b) => rankLabels(a.labels, b.labels))
    .map(({ labels, values, exemplars }) => ({
      labels,
      samples: values.flatMap((value, i): MetricsSample[] =>
        Number.isNaN(value) ? [] : [{ timeMs: msOf(i, intervals), value }],
      ),
      exemplars,
    }))
    .filter(({ samples }) => samples.length > 0);
}

const msOf = (interval: number, intervals: Intervals): UnixMs =>
  Number(timeOf(interval, intervals) / 1_000_000n);
