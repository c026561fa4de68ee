// What the endpoints of Jaeger's API work with.
import type { Clock } from '#lib/clock.ts';
import type { TraceCatalog } from '#query/trace/catalog.ts';
import type { TraceqlEngine } from '#query/traceql/engine.ts';

export interface JaegerSources {
  readonly engine: Pick<TraceqlEngine, 'traces'>;
  readonly catalog: TraceCatalog;
  readonly clock: Clock;
  /** Refuse ids of traces that Jaeger refuses. */
  readonly isStrict: boolean;
  /** Start times are moved by at most this; 0 moves none, as Jaeger by default. */
  readonly maxClockSkewMs: number;
}

/** Traces of one answer. */
export const tracesMax = 5_000;
/** Ids that one request may name. */
export const idsMax = 1_000;
/** Spans of the traces of one answer, which is made in memory. */
export const spansMax = 200_000;
