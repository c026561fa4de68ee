// Spans in, cells out: the evaluating path's GROUP BY. What it keeps grows with groups and intervals,
// not with spans.
import { isTrue } from '../eval/field.ts';
import type { Trace, TraceSpan } from '../eval/trace.ts';
import { keyOf, type Value } from '../eval/value.ts';
import type { MetricsCell } from './cells.ts';
import { CompareCounts } from './compare-counts.ts';
import { groupValue, measuredValue } from './field-value.ts';
import { type Intervals, intervalOf } from './interval.ts';
import { tooManyValues, valuesMax } from './limits.ts';
import type { MetricsPlan } from './plan.ts';
import { bucketOf } from './quantile.ts';
import { columnAttributes } from './tempo-columns.ts';

type MutableCell = { -readonly [Name in keyof MetricsCell]: MetricsCell[Name] };
type Cell = Omit<MetricsCell, 'count' | 'sum' | 'min' | 'max'>;

export interface AccumulatorOptions {
  /** compare() counts what Tempo's columns add. */
  readonly isStrict: boolean;
  readonly cellsMax?: number;
}

export class Accumulator {
  readonly #plan: MetricsPlan;
  readonly #intervals: Intervals;
  readonly #isStrict: boolean;
  readonly #cellsMax: number;
  readonly #cells = new Map<string, MutableCell>();
  readonly #compared = new CompareCounts(() => this.#newCell());
  #size = 0;

  constructor(plan: MetricsPlan, intervals: Intervals, options: AccumulatorOptions) {
    this.#plan = plan;
    this.#intervals = intervals;
    this.#isStrict = options.isStrict;
    this.#cellsMax = options.cellsMax ?? valuesMax;
  }

  /** Counts the span if it lies in the time and has what the function asks for. */
  observe(span: TraceSpan, trace: Trace): boolean {
    const interval = intervalOf(span.startUnixNano, this.#intervals);
    if (interval === undefined) return false;
    const { measure, field, by } = this.#plan;
    if (measure === 'compare') {
      this.#compare(span, trace, interval);
      return true;
    }
    const group = (): Value[] => by.map((each) => groupValue(each, span, trace));
    if (measure === 'count' || field === undefined) {
      this.#add({ group: group(), interval }, 0);
      return true;
    }
    const measured = measuredValue(field, span, trace);
    if (measured === undefined) return false;
    if (measure === 'value') {
      this.#add({ group: group(), interval }, measured.number);
      return true;
    }
    const bucket = bucketOf(measured.value);
    if (bucket === undefined) return false;
    this.#add({ group: group(), interval, bucket }, 0);
    return true;
  }

  *cells(): Generator<MetricsCell> {
    yield* this.#cells.values();
    yield* this.#compared.cells();
  }

  #compare(span: TraceSpan, trace: Trace, interval: number): void {
    const set = isSelected(this.#plan, span, trace) ? 'selection' : 'baseline';
    this.#compared.observe(set, span, trace, interval);
    if (!this.#isStrict) return;
    for (const [label, value] of columnAttributes(this.#plan, span)) {
      this.#compared.add(set, label, value, interval, 1);
    }
  }

  #newCell(): void {
    if (++this.#size > this.#cellsMax) throw tooManyValues(this.#cellsMax);
  }

  #add(cell: Cell, value: number): void {
    const key = `${cell.interval} ${cell.bucket ?? ''} ${cell.group.map(keyOf).join('\u0002')}`;
    const known = this.#cells.get(key);
    if (known) {
      known.count++;
      known.sum += value;
      if (value < known.min) known.min = value;
      if (value > known.max) known.max = value;
      return;
    }
    this.#newCell();
    this.#cells.set(key, { ...cell, count: 1, sum: value, min: value, max: value });
  }
}

/** Of compare(): whether the span belongs to what is compared with the rest. */
export function isSelected({ comparison }: MetricsPlan, span: TraceSpan, trace: Trace): boolean {
  if (comparison === undefined) return false;
  const { condition, fromNano, toNano } = comparison;
  const { startUnixNano } = span;
  if (fromNano !== undefined && startUnixNano < fromNano) return false;
  if (toNano !== undefined && startUnixNano >= toNano) return false;
  return condition === undefined || isTrue(condition, span, trace);
}
