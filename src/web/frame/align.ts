// Series with times of their own → columns on one time axis, the shape that uPlot draws. A step
// without a sample is a gap (null), never a line drawn across it.

import type { SeriesFrame } from './series.ts';

export interface AlignedFrame {
  /** Milliseconds. */
  readonly times: readonly number[];
  readonly columns: readonly (readonly (number | null)[])[];
}

export interface AlignOptions {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

/** Every step of the range is on the axis, so that the axis does not move with the answer. */
export function alignSeries(series: readonly SeriesFrame[], options: AlignOptions): AlignedFrame {
  const { fromMs, toMs, stepMs } = options;
  const count = Math.floor((toMs - fromMs) / stepMs) + 1;
  const times = Array.from({ length: count }, (_, i) => fromMs + i * stepMs);
  const columns = series.map((one) => {
    const column = new Array<number | null>(count).fill(null);
    for (let i = 0; i < one.times.length; i++) {
      const at = Math.round(((one.times[i] ?? 0) - fromMs) / stepMs);
      const value = one.values[i] ?? Number.NaN;
      if (at >= 0 && at < count && Number.isFinite(value)) column[at] = value;
    }
    return column;
  });
  return { times, columns };
}

const steps = [
  1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000,
  3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000, 604_800_000,
];

/** The smallest round step with which the range needs no more than `pointsMax` points. */
export function chooseStep(rangeMs: number, pointsMax: number): number {
  const wanted = rangeMs / Math.max(1, pointsMax);
  return steps.find((step) => step >= wanted) ?? Math.ceil(wanted / 604_800_000) * 604_800_000;
}

/** The range widened to whole steps, so that repeated queries ask for the same points. */
export function alignRange(options: AlignOptions): AlignOptions {
  const { stepMs } = options;
  return {
    fromMs: Math.floor(options.fromMs / stepMs) * stepMs,
    toMs: Math.floor(options.toMs / stepMs) * stepMs,
    stepMs,
  };
}
