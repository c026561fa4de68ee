// Counts per slot become values per step: the window of a step is a run of slots.
import type { GridSeries, Labels } from '#query/vector/value.ts';
import type { Slots } from '../compile/logs.ts';
import type { NanoGrid, RangePlan } from '../plan/plan.ts';

/** Totals of one series: slot → lines or bytes. */
export interface SlotSeries {
  readonly labels: Labels;
  readonly totals: Map<number, number>;
}

/** Slots so wide that every edge of every window is an edge of a slot. */
export function slotsOf(plan: RangePlan, grid: NanoGrid): Slots {
  const { rangeNano } = plan.aggregation.range;
  const widthNano = grid.count === 1 ? rangeNano : greatestDivisor(grid.stepNano, rangeNano);
  // A range of nothing has no slots, but a width to divide by.
  return { fromNano: plan.fromNano, widthNano: widthNano > 0n ? widthNano : 1n };
}

function greatestDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestDivisor(b, a % b);
}

export const slotOf = (slots: Slots, timeNano: bigint): number =>
  Number((timeNano - slots.fromNano - 1n) / slots.widthNano);

export function toGridSeries(
  { labels, totals }: SlotSeries,
  slots: Slots,
  window: { grid: NanoGrid; rangeNano: bigint; divisor: number },
): GridSeries {
  const { grid, rangeNano, divisor } = window;
  const values = new Float64Array(grid.count);
  const present = new Uint8Array(grid.count);
  const sorted = [...totals].sort(([a], [b]) => a - b);
  const slotsPerStep = grid.count === 1 ? 0 : Number(grid.stepNano / slots.widthNano);
  const slotsPerRange = Number(rangeNano / slots.widthNano);
  let first = 0;
  let last = 0;
  let total = 0;
  for (let step = 0; step < grid.count; step++) {
    const from = step * slotsPerStep;
    for (; last < sorted.length && slotAt(sorted, last) < from + slotsPerRange; last++) {
      total += (sorted[last] as [number, number])[1];
    }
    for (; first < last && slotAt(sorted, first) < from; first++) {
      total -= (sorted[first] as [number, number])[1];
    }
    if (first === last) continue;
    values[step] = total / divisor;
    present[step] = 1;
  }
  return { labels, values, present };
}

const slotAt = (sorted: readonly (readonly [number, number])[], i: number): number =>
  (sorted[i] as readonly [number, number])[0];
