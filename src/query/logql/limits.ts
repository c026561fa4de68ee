// Limits of LogQL queries; each is named with its key in every message about it.
export interface LogqlLimits {
  /** `query.max_entries`: log lines of an answer. */
  readonly entriesMax: number;
  /** `query.max_series`: series of a metric answer. */
  readonly seriesMax: number;
  /** `query.max_samples`: points (series by steps) of a range aggregation. */
  readonly samplesMax: number;
  /** `query.max_lines_scanned`: lines that a query may read out of the engine. */
  readonly linesScannedMax: number;
  /** `query.timeout`. */
  readonly timeoutMs: number;
}

export const defaultLogqlLimits: LogqlLimits = {
  entriesMax: 5000,
  seriesMax: 500,
  samplesMax: 50_000_000,
  linesScannedMax: 20_000_000,
  timeoutMs: 120_000,
};
