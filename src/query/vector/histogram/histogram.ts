// A native histogram as queries see it: counts as floats, buckets by index, empty buckets left out.
// Immutable: operations make new ones.
// https://prometheus.io/docs/specs/native_histograms/

export interface Histogram {
  /** -4 to 8: bucket i holds what is in (2^((i-1)·2^-schema), 2^(i·2^-schema)]; or `customSchema`. */
  readonly schema: number;
  readonly count: number;
  readonly sum: number;
  /** What lies in [-zeroThreshold, zeroThreshold] is counted in zeroCount. */
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly positive: Buckets;
  /** Mirrored; always empty with custom bounds. */
  readonly negative: Buckets;
  /** Only with `customSchema`: upper bounds, without +Inf; bucket i holds (bounds[i-1], bounds[i]]. */
  readonly customBounds: Float64Array;
  readonly counterReset: CounterReset;
}

/** Ascending, no index twice, no count of 0. */
export interface Buckets {
  readonly indexes: Int32Array;
  readonly counts: Float64Array;
}

/** Whether counting began anew at this sample, as far as its sender knew. */
export type CounterReset = 'unknown' | 'reset' | 'not-reset' | 'gauge';

/** The schema of histograms whose bounds are written out. */
export const customSchema = -53;
