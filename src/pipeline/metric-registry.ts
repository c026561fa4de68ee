// What connectors write their metrics to. Series are cumulative and of this process; every interval
// each is written with one sample, and those that got nothing for a while end with a stale marker and
// are forgotten.
import type { Pairs } from '#model/canonical.ts';

export interface MetricRegistry {
  /**
   * The counter of these labels (sorted by name, without empty values, without `__name__`). The same
   * labels give the same counter. When the tenant has as many series as it may, the answer is the one
   * that counts all such updates of this metric: so its sum stays right.
   */
  counter(tenant: string, name: string, labels: Pairs): GeneratedCounter;
  /** `upperBounds` ascend, without +Inf; classic or native series, as configured. */
  histogram(
    tenant: string,
    name: string,
    labels: Pairs,
    upperBounds: readonly number[],
  ): GeneratedHistogram;
  gauge(tenant: string, name: string, labels: Pairs): GeneratedGauge;
}

/** May be kept while it is alive; one that went stale must be asked for again. */
export interface GeneratedSeries {
  readonly isAlive: boolean;
  /** It stands for all series for which there was no room. */
  readonly isOverflow: boolean;
}

export interface GeneratedCounter extends GeneratedSeries {
  add(amount: number): void;
}

export interface GeneratedGauge extends GeneratedSeries {
  set(value: number): void;
}

export interface GeneratedHistogram extends GeneratedSeries {
  /** `weight`: how many of this value there were, 1 by default. */
  observe(value: number, at?: TracePoint, weight?: number): void;
}

/** Where an exemplar would lead. The bytes are read at once and not kept. */
export interface TracePoint {
  readonly traceIds: Uint8Array;
  /** The id's 16 bytes begin here. */
  readonly traceIdAt: number;
  readonly timeMs: number;
}
