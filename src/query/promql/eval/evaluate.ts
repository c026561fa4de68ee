// Plan and data in, value out: the definition of what a query means, on all steps at once. Everything
// that is read was read before; long work lets the event loop turn now and then.
import { type Clock, systemClock } from '#lib/clock.ts';
import { BugError } from '#lib/errors.ts';
import { negateHistogram } from '#query/vector/histogram/scale.ts';
import { METRIC_NAME, setLabels } from '#query/vector/label.ts';
import { withoutEmpty } from '#query/vector/merge.ts';
import { markName, withoutMarkedNames } from '#query/vector/name.ts';
import type { Pausable } from '#query/vector/pausable.ts';
import type { Grid, GridSeries, RawSeries } from '#query/vector/value.ts';
import type { Annotation, Value } from '../function/definition.ts';
import type { InstantNode, Plan, PlanNode, PushedNode, Read } from '../plan/node.ts';
import type { Matcher } from '../syntax/ast.ts';
import { evaluateAggregation } from './aggregation.ts';
import { evaluateBinary } from './binary.ts';
import { evaluateCall } from './call.ts';
import { type HistogramNeed, neededBelow, withReadResets } from './counter-reset.ts';
import { hintCounter } from './hint.ts';
import { lastValues } from './last-values.ts';
import { asResult } from './result.ts';
import { Turns } from './turns.ts';
import { instantSeries, samplesOfGrid, windowEnds } from './window.ts';

/** What was read for a plan. */
export interface PlanInput {
  samplesOf(read: Read): readonly RawSeries[];
  pushedSeries(index: number): readonly GridSeries[];
}

export interface Evaluated {
  readonly value: Value;
  readonly annotations: readonly Annotation[];
}

export interface EvalOptions {
  readonly input: PlanInput;
  /** Called between nodes and in long work; throws when the query has to end. */
  readonly checkpoint: () => void;
  /** Called before so many points are made; throws when they are too many. */
  readonly reserve: (points: number) => void;
  /** Tells when others are to have a turn; default: the system's. */
  readonly clock?: Clock;
  /** Of a part of a query: names that are to go in the end are still seen above it. */
  readonly keepsMarkedNames?: boolean;
}

export async function evaluate(plan: Plan, options: EvalOptions): Promise<Evaluated> {
  const evaluator = new Evaluator(plan, options);
  const value = asResult(await evaluator.evaluate(plan.root));
  const { keepsMarkedNames = false } = options;
  return {
    value: keepsMarkedNames ? value : withFinalNames(value),
    annotations: evaluator.annotations,
  };
}

/** What the evaluation of a node may use. */
export interface NodeEvaluator {
  readonly query: Grid;
  evaluate(node: PlanNode): Promise<Value>;
  annotate(annotation: Annotation): void;
  reserve(points: number): void;
  /**
   * To be called once per series in long loops, and awaited when it gives something:
   * `const turn = evaluator.pause(); if (turn) await turn;`. Throws when the query has to end.
   */
  pause(): Promise<void> | undefined;
  /** Runs work to its end, pausing where it allows that. */
  finish<T>(work: Pausable<T>): Promise<T>;
}

class Evaluator implements NodeEvaluator {
  readonly query: Grid;
  readonly #options: EvalOptions;
  readonly #turns: Turns;
  readonly #annotations = new Map<string, Annotation>();
  /** Whether an operator may look at names, even such as are to go. */
  readonly #seesNames: boolean;
  /** By the nodes above the one that is evaluated; they are evaluated one after the other. */
  #need: HistogramNeed;

  constructor(plan: Plan, options: EvalOptions) {
    this.query = plan.grid;
    this.#seesNames = plan.text.includes(METRIC_NAME);
    this.#options = options;
    this.#turns = new Turns(options.clock ?? systemClock, options.checkpoint);
  }

  get annotations(): readonly Annotation[] {
    return [...this.#annotations.values()];
  }

  /** Each text is told once: where it was true last. */
  annotate(annotation: Annotation): void {
    const { level, text } = annotation;
    this.#annotations.set(`${level} ${text}`, annotation);
  }

  reserve(points: number): void {
    this.#options.reserve(points);
  }

  pause(): Promise<void> | undefined {
    return this.#turns.next();
  }

  finish<T>(work: Pausable<T>): Promise<T> {
    return this.#turns.finish(work);
  }

  async evaluate(node: PlanNode): Promise<Value> {
    this.#options.checkpoint();
    const turn = this.pause();
    if (turn) await turn;
    const above = this.#need;
    this.#need = neededBelow(node, above);
    const value = await this.#evaluateKind(node);
    this.#need = above;
    return value;
  }

  async #evaluateKind(node: PlanNode): Promise<Value> {
    switch (node.kind) {
      case 'number':
        return { kind: 'scalar', values: new Float64Array(node.grid.count).fill(node.value) };
      case 'string':
        return { kind: 'string', value: node.value };
      case 'instant':
        return this.#evaluateInstant(node);
      case 'pushed':
        return this.#evaluatePushed(node);
      case 'range':
      case 'subquery':
        return this.#evaluateMatrix(node);
      case 'call':
        return evaluateCall(node, this);
      case 'aggregation':
        return evaluateAggregation(node, this);
      case 'binary':
        return evaluateBinary(node, this);
      case 'negative':
        return negate(await this.evaluate(node.inner));
    }
  }

  #samplesOf(read: Read): readonly RawSeries[] {
    const need = this.#need;
    return this.#options.input.samplesOf(read).map((raw) => withReadResets(raw, need));
  }

  async #evaluateInstant(node: InstantNode): Promise<Value> {
    const samples = this.#samplesOf(node.read);
    this.reserve(samples.length * node.grid.count);
    const ends = windowEnds(node.grid, node);
    const isPlain = node.output === 'value' && !node.isSmoothed;
    const series: GridSeries[] = [];
    for (const raw of samples) {
      series.push(
        isPlain && !raw.histograms
          ? lastValues(raw, node.lookbackMs, ends)
          : instantSeries(raw, node, { ends, annotate: (one) => this.annotate(one) }),
      );
      const turn = this.pause();
      if (turn) await turn;
    }
    return vector(withoutEmpty(series));
  }

  #evaluatePushed({ index, source, grid }: PushedNode): Value {
    const series = withoutEmpty(this.#options.input.pushedSeries(index));
    if (series[0]?.values.length !== grid.count) this.reserve(series.length * grid.count);
    const call = source.kind === 'aggregation' ? source.inner : source;
    if (series.length > 0 && call.kind === 'call') hintCounter(call, this);
    const name = this.#seesNames ? droppedName(source) : undefined;
    return vector(
      series.map((one) => {
        const repeated = repeatOn(grid, one);
        if (name === undefined) return repeated;
        return markName({ ...repeated, labels: setLabels(one.labels, [[METRIC_NAME, name]]) });
      }),
    );
  }

  async #evaluateMatrix(node: Extract<PlanNode, { kind: 'range' | 'subquery' }>): Promise<Value> {
    const { grid, rangeMs } = node;
    const ends = windowEnds(grid, node);
    if (node.kind === 'range') {
      const series = this.#samplesOf(node.read);
      const extension = node.extension ? { extension: node.extension } : {};
      return { kind: 'matrix', windows: { series, ends, rangeMs, ...extension } };
    }
    this.reserve(node.inner.grid.count);
    const inner = await this.evaluate(node.inner);
    if (inner.kind !== 'vector') throw new BugError('BUG: a subquery is over a vector');
    const series: RawSeries[] = [];
    for (const one of inner.series) {
      series.push(samplesOfGrid(one, node.inner.grid));
      const turn = this.pause();
      if (turn) await turn;
    }
    return { kind: 'matrix', windows: { series, ends, rangeMs } };
  }
}

/** What was computed once for a fixed time holds at every step. */
function repeatOn(grid: Grid, series: GridSeries): GridSeries {
  if (series.values.length === grid.count) return series;
  const values = new Float64Array(grid.count).fill(series.values[0] as number);
  return { ...series, values, present: new Uint8Array(grid.count).fill(1) };
}

/** The metric name that the engine left out of the series of a call. */
function droppedName(source: PlanNode): string | undefined {
  if (source.kind !== 'call' || source.definition.keepsMetricName) return undefined;
  const [range] = source.args;
  if (range?.kind !== 'range') return undefined;
  const named = ({ label, operator }: Matcher) => label === METRIC_NAME && operator === '=';
  return range.read.matchers.find(named)?.value;
}

const vector = (series: readonly GridSeries[]): Value => ({ kind: 'vector', series });

/** Names that were only marked as to go are dropped when the query ends. */
function withFinalNames(value: Value): Value {
  return value.kind === 'vector' ? vector(withoutMarkedNames(value.series)) : value;
}

function negate(value: Value): Value {
  if (value.kind === 'scalar') return { kind: 'scalar', values: value.values.map((one) => -one) };
  if (value.kind !== 'vector') throw new BugError('BUG: only numbers have a sign');
  return vector(
    value.series.map((series) => {
      const { histograms } = series;
      return markName({
        ...series,
        values: series.values.map((one) => -one),
        ...(histograms && { histograms: histograms.map((one) => one && negateHistogram(one)) }),
      });
    }),
  );
}
