// What a query answered, the same for an engine that was called and for one that was asked over HTTP.
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import type { Labels } from '#query/vector/value.ts';

/** A native histogram as the HTTP API shows it: no schema, no hint, only buckets that hold something. */
export interface ShownHistogram {
  readonly count: number;
  readonly sum: number;
  readonly buckets: readonly ShownBucket[];
}

export interface ShownBucket {
  /** 0: (left, right] · 1: [left, right) · 2: (left, right) · 3: [left, right]. */
  readonly rule: number;
  readonly left: number;
  readonly right: number;
  readonly count: number;
}

export type Point = number | Histogram | ShownHistogram;

export interface AnswerSeries {
  readonly labels: Labels;
  readonly times: readonly number[];
  readonly points: readonly Point[];
}

export interface Answer {
  readonly type: 'vector' | 'matrix' | 'scalar' | 'string';
  /** In the order of the answer; empty for scalars and strings. */
  readonly series: readonly AnswerSeries[];
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly scalar?: number;
  readonly text?: string;
}
