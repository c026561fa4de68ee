// Makes metrics of requests between services: pairs the span of the side that asks with that of the
// side that is asked. In: batches of spans after their commit; out: series in a MetricRegistry.
// https://grafana.com/docs/tempo/latest/metrics-from-traces/service_graphs/
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/log.ts';
import type { Batch } from '#model/batch.ts';
import type { EdgeStore } from '#pipeline/edge-store.ts';
import type { MetricRegistry } from '../registry/contract.ts';
import type { ServiceGraphSettings } from './settings.ts';

export interface ServiceGraphDeps {
  readonly settings: ServiceGraphSettings;
  readonly registry: MetricRegistry;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
  /** Keeps halves over a restart. */
  readonly edgeStore?: EdgeStore;
  /** Other processes have the same store: halves that wait long are looked for there. */
  readonly isShared?: boolean;
}

export interface ServiceGraph {
  /** Every batch of spans, once, after the consumer has accepted it. Never throws. */
  observe(batch: Batch<'traces'>): void;
  /** Expires what has waited long enough; `start` does it every second. Resolves when the store has answered. */
  tick(nowMs: number): Promise<void>;
  /** Takes up what the last process left, and ticks from then on. */
  start(): Promise<void>;
  /** Writes what still waits to the store. To be called before the registry stops. */
  stop(): Promise<void>;
}
