// Exemplars: a few of the spans that counted, spread over the time of the query, at most one in each
// slot of time. Of a slot's spans the one with the least trace and span id: the same each time, and
// chance, because ids are random.
import type { UnixNano } from '#model/unit.ts';
import type { Trace, TraceSpan } from '../eval/trace.ts';
import { keyOf, nil, text, type Value } from '../eval/value.ts';
import { isSelected } from './accumulate.ts';
import type { MetricsExemplar } from './answer.ts';
import type { MetricsCell } from './cells.ts';
import { setLabel } from './compare.ts';
import { groupValue, measuredValue } from './field-value.ts';
import { type Intervals, intervalOf } from './interval.ts';
import { intrinsicLabel } from './label.ts';
import type { MetricsPlan } from './plan.ts';
import { bucketOf, quantileOf } from './quantile.ts';
import { bucketLabel, bucketsOf, labelsOf, quantileLabel, type Series } from './series.ts';
import { exemplarAttributes } from './span-attributes.ts';

export const exemplarsMax = 100;

/** The slots of time that have an exemplar each. */
export interface ExemplarSlots {
  readonly firstNano: UnixNano;
  readonly widthNano: bigint;
  readonly count: number;
}

export function slotsOf({ firstNano, endNano }: Intervals, count: number): ExemplarSlots {
  const slots = BigInt(Math.max(1, count));
  const widthNano = (endNano - firstNano + slots - 1n) / slots;
  return { firstNano, widthNano, count: Number(slots) };
}

interface Chosen {
  readonly span: TraceSpan;
  readonly trace: Trace;
}

export class ExemplarChoice {
  readonly #slots: ExemplarSlots;
  readonly #chosen = new Map<bigint, Chosen>();

  constructor(slots: ExemplarSlots) {
    this.#slots = slots;
  }

  observe(span: TraceSpan, trace: Trace): void {
    const slot = (span.startUnixNano - this.#slots.firstNano) / this.#slots.widthNano;
    const known = this.#chosen.get(slot);
    if (known === undefined || isBefore(span, known.span)) {
      this.#chosen.set(slot, { span, trace });
    }
  }

  /** By time. */
  spans(): Chosen[] {
    return [...this.#chosen.values()].sort((a, b) =>
      a.span.startUnixNano < b.span.startUnixNano ? -1 : 1,
    );
  }
}

const isBefore = (a: TraceSpan, b: TraceSpan): boolean =>
  a.traceId === b.traceId ? a.spanId < b.spanId : a.traceId < b.traceId;

/** The series with those of the chosen spans that belong to them. */
export function withExemplars(
  series: readonly Series[],
  chosen: readonly Chosen[],
  plan: MetricsPlan,
  context: { readonly cells: Iterable<MetricsCell>; readonly intervals: Intervals },
): Series[] {
  if (chosen.length === 0) return [...series];
  const found = new Map<string, MetricsExemplar[]>();
  const thresholds = thresholdsOf(plan, context.cells);
  for (const { span, trace } of chosen) {
    const exemplar = toExemplar(plan, span, trace);
    for (const key of keysOf(plan, span, trace, thresholds)) {
      const known = found.get(key);
      if (known) known.push(exemplar);
      else found.set(key, [exemplar]);
    }
  }
  return series.map((each) => ({
    ...each,
    exemplars: valued(found.get(keyOfLabels(each.labels)) ?? [], each, context.intervals),
  }));
}

/** A span without a number of its own takes the one of its series; none where the series has none. */
function valued(
  exemplars: readonly MetricsExemplar[],
  { values }: Series,
  intervals: Intervals,
): MetricsExemplar[] {
  return exemplars.flatMap((exemplar) => {
    if (!Number.isNaN(exemplar.value)) return [exemplar];
    const interval = intervalOf(BigInt(exemplar.timeMs) * 1_000_000n, intervals);
    const value = values[interval ?? 0] ?? Number.NaN;
    return Number.isNaN(value) ? [] : [{ ...exemplar, value }];
  });
}

function toExemplar(plan: MetricsPlan, span: TraceSpan, trace: Trace): MetricsExemplar {
  const { field, unit, name } = plan;
  // Values of histograms are counts: their spans have no place on that axis.
  const measured =
    field && name !== 'histogram_over_time' ? measuredValue(field, span, trace) : undefined;
  return {
    labels: exemplarAttributes(span, trace),
    value: measured === undefined ? Number.NaN : measured.number / unit,
    timeMs: Number(span.startUnixNano / 1_000_000n),
  };
}

/** The quantiles of everything: an exemplar belongs to the lowest that is not below it. */
function thresholdsOf({ quantiles, unit }: MetricsPlan, cells: Iterable<MetricsCell>): number[] {
  if (quantiles.length === 0) return [];
  const buckets = bucketsOf(cells);
  return quantiles.map((q) => quantileOf(q, buckets) / unit);
}

function keysOf(
  plan: MetricsPlan,
  span: TraceSpan,
  trace: Trace,
  thresholds: readonly number[],
): string[] {
  if (plan.measure === 'compare') {
    // Every span has a name: of all the series that count it, one says where it is.
    const set = text(isSelected(plan, span, trace) ? 'selection_total' : 'baseline_total');
    const name = { name: intrinsicLabel('name'), value: nil };
    return [keyOfLabels([{ name: setLabel, value: set }, name])];
  }
  const labels = labelsOf(
    plan,
    plan.by.map((field) => groupValue(field, span, trace)),
  );
  const measured = plan.field && measuredValue(plan.field, span, trace);
  const bucket = measured && bucketOf(measured.value);
  if (plan.measure !== 'bucket' || !measured || bucket === undefined) return [keyOfLabels(labels)];
  if (plan.name === 'histogram_over_time') {
    const value: Value = { type: 'float', value: bucket / plan.unit };
    return [keyOfLabels([...labels, { name: bucketLabel, value }])];
  }
  const number = measured.number / plan.unit;
  const index = thresholds.findIndex((threshold) => number <= threshold);
  const q = plan.quantiles.at(index) ?? 0;
  return [keyOfLabels([...labels, { name: quantileLabel, value: { type: 'float', value: q } }])];
}

const keyOfLabels = (labels: Series['labels']): string =>
  labels.map(({ name, value }) => `${name}\u0003${keyOf(value)}`).join('\u0002');
