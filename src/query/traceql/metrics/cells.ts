// What both paths of a metrics query give before series are made: numbers by group and interval. The
// evaluating path makes them of spans (accumulate.ts), the engine's with GROUP BY (compile/metrics.ts);
// series.ts makes series of them and cannot tell them apart. Cells of one key may come in parts.
import type { Value } from '../eval/value.ts';

export interface MetricsCell {
  /**
   * Values of by(), in its order, as groupValue (field-value.ts) makes them: never an array.
   * Of compare(): `selection` or `baseline`, the label of the attribute (label.ts), its value.
   */
  readonly group: readonly Value[];
  /** Index of the interval; intervals are those of the request (interval.ts). */
  readonly interval: number;
  /**
   * Of quantile_over_time and histogram_over_time: the upper bound of the bucket, a power of 2 from
   * 2 on, in the unit of the field as stored (nanoseconds for durations). Smaller values have no cell.
   */
  readonly bucket?: number;
  /** Of compare(): values that are not among the commonest, together. */
  readonly isRest?: true;
  /** Spans; where the function has a field, those of them that have a number there. */
  readonly count: number;
  /** Of the function's field, in its unit as stored (nanoseconds for durations); 0 where it has none. */
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}
