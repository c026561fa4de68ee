// What both paths of a metrics query give before series are made: numbers by group and interval. The
// evaluating path makes them of spans (accumulate.ts), the engine's with GROUP BY (compile/metrics.ts);
// series.ts makes series of them and cannot tell them apart. Cells of one key may come in parts.
import type { Value } from '../eval/value.ts';

export interface MetricsCell {
  /** Values of by(), in its order; of compare(): the set (`selection`, `baseline`), attribute, value. */
  readonly group: readonly Value[];
  /** Index of the interval; intervals are those of the request (interval.ts). */
  readonly interval: number;
  /** Of quantile_over_time and histogram_over_time: the upper bound of the bucket (a power of 2). */
  readonly bucket?: number;
  /** Spans that have a value. */
  readonly count: number;
  /** Of the function's field, in its unit of the answer (seconds for durations); 0 where it has none. */
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}
