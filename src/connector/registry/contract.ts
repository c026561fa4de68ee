// What connectors write their metrics to. Series are cumulative and of this process; every interval
// those that changed are written with one sample each, and those that got nothing for a while end with
// a stale marker and are forgotten.
import type { Pairs } from '#model/canonical.ts';

export interface MetricRegistry {
  /**
   * The counter of these labels (sorted by name, without empty values, without `__name__`). The same
   * labels give the same counter. Undefined when the tenant has as many series as it may; that is counted.
   */
  counter(tenant: string, name: string, labels: Pairs): GeneratedCounter | undefined;
  /** `upperBounds` ascend, without +Inf; classic or native series, as configured. */
  histogram(
    tenant: string,
    name: string,
    labels: Pairs,
    upperBounds: readonly number[],
  ): GeneratedHistogram | undefined;
}

/** May be kept while it is alive; one that went stale must be asked for again. */
export interface GeneratedSeries {
  readonly isAlive: boolean;
}

export interface GeneratedCounter extends GeneratedSeries {
  add(amount: number): void;
}

export interface GeneratedHistogram extends GeneratedSeries {
  observe(value: number, at?: TracePoint): void;
}

/** Where an exemplar would lead. The bytes are read at once and not kept. */
export interface TracePoint {
  readonly traceIds: Uint8Array;
  /** The id's 16 bytes begin here. */
  readonly traceIdAt: number;
  readonly timeMs: number;
}
