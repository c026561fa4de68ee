// Intervals of a metrics query: Tempo's rules. An interval holds what lies after its left border up
// to and including its right one, which is its time. A range is aligned to the step and begins one
// step early, so that it has a value for its start; an instant query is one interval, borders included.
import type { UnixNano } from '#model/unit.ts';

export interface Intervals {
  readonly isInstant: boolean;
  /** First and one past the last start of a span that counts: what to ask the store for. */
  readonly firstNano: UnixNano;
  readonly endNano: UnixNano;
  /** The interval of a span is (its start - firstNano) / stepNano, whole; 0 where there is but one. */
  readonly stepNano: bigint;
  readonly count: number;
  /** The right border of the first interval. */
  readonly firstTimeNano: UnixNano;
}

export interface IntervalRequest {
  readonly fromNano: UnixNano;
  readonly toNano: UnixNano;
  readonly stepNano: bigint;
}

const second = 1_000_000_000n;
const minute = 60n * second;
const pointsWanted = 240n;
const subMinuteStep = second / 20n;
/** Steps are whole multiples of the first of these that is below a 240th of the range. */
const roundSteps = [60n * minute, 5n * minute, minute, 15n * second, 5n * second, second];

/** The step where a request names none: about 240 points, a round number, never finer than 1 s from 1 min on. */
export function defaultStep(rangeNano: bigint): bigint {
  const exact = rangeNano / pointsWanted;
  if (rangeNano < minute) {
    return exact > subMinuteStep ? exact - (exact % subMinuteStep) : subMinuteStep;
  }
  const round = roundSteps.find((step) => exact > step);
  return round === undefined ? second : exact - (exact % round);
}

/** Borders moved outwards to whole steps; `stepNano` is above 0. */
export function intervalsBetween({ fromNano, toNano, stepNano }: IntervalRequest): Intervals {
  const from = fromNano - (fromNano % stepNano);
  const over = toNano % stepNano;
  const to = over === 0n ? toNano : toNano + stepNano - over;
  return {
    isInstant: false,
    firstNano: from + 1n,
    endNano: to + 1n,
    stepNano,
    count: Number((to - from) / stepNano),
    firstTimeNano: from + stepNano,
  };
}

/** As intervalsBetween, with the interval before: what a range query answers. */
export function rangeIntervals(request: IntervalRequest): Intervals {
  const { fromNano, stepNano } = request;
  const hasRoom = fromNano - (fromNano % stepNano) > stepNano;
  return intervalsBetween(hasRoom ? { ...request, fromNano: fromNano - stepNano } : request);
}

export function instantInterval(fromNano: UnixNano, toNano: UnixNano): Intervals {
  return {
    isInstant: true,
    firstNano: fromNano,
    endNano: toNano + 1n,
    stepNano: toNano - fromNano,
    count: 1,
    firstTimeNano: toNano,
  };
}

/** Undefined for what lies outside. */
export function intervalOf(timeNano: UnixNano, intervals: Intervals): number | undefined {
  const { firstNano, endNano, stepNano, isInstant } = intervals;
  if (timeNano < firstNano || timeNano >= endNano) return undefined;
  return isInstant ? 0 : Number((timeNano - firstNano) / stepNano);
}

export function timeOf(interval: number, { firstTimeNano, stepNano }: Intervals): UnixNano {
  return firstTimeNano + BigInt(interval) * stepNano;
}
