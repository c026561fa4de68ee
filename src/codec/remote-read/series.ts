import type { Pairs } from '#model/canonical.ts';
import type { HistogramSample } from '#model/histogram-sample.ts';

/** A series of an answer: labels with `__name__`, sorted; samples ascending by time. */
export interface ReadSeries {
  readonly labels: Pairs;
  readonly times: Float64Array;
  /** Meaningless where there is a histogram. */
  readonly values: Float64Array;
  readonly histograms?: readonly (HistogramSample | undefined)[];
}
