// Makes metrics of requests between services: pairs the span of the side that asks with that of the
// side that is asked. In: batches of spans after their commit; out: series in a MetricRegistry. Here are
// its times: when halves are given up, written to the store, and taken up again.
// https://grafana.com/docs/tempo/latest/metrics-from-traces/service_graphs/
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { messageOf, OperationError } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import { randomHex } from '#lib/random.ts';
import { within } from '#lib/within.ts';
import type { Batch } from '#model/batch.ts';
import type { EdgeStore } from '#pipeline/edge-store.ts';
import type { MetricRegistry } from '#pipeline/metric-registry.ts';
import { Edges } from './edges.ts';
import { EdgeExchange } from './exchange.ts';
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
  /** Every batch of spans, once, after the consumer has accepted it. */
  observe(batch: Batch<'traces'>): void;
  /** Expires what has waited long enough; `start` does it every second. Resolves when the store has answered. */
  tick(nowMs: number): Promise<void>;
  /** Takes up what the last process left, and ticks from then on. Never throws. */
  start(): Promise<void>;
  /** Writes what still waits to the store. To be called before the registry stops. Never throws. */
  stop(): Promise<void>;
}

const tickMs = 1000;
/** A store that does not answer must not keep the program from stopping. */
const stopDeadlineMs = 5000;
/** Halves of one write at the end. */
const releasedMax = 10_000;
/** What was left longer ago is not taken up: its edges would be counted at a wrong time. */
const leftMs = 600_000;

export function createServiceGraph(deps: ServiceGraphDeps): ServiceGraph {
  return new TimedServiceGraph(deps);
}

class TimedServiceGraph implements ServiceGraph {
  readonly #deps: ServiceGraphDeps;
  readonly #edges: Edges;
  readonly #owner = BigInt(`0x${randomHex(8)}`);
  readonly #exchange: EdgeExchange | undefined;
  readonly #onFailure: (error: unknown) => void;
  #turnedMs: number;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: ServiceGraphDeps) {
    this.#deps = deps;
    const { settings, registry, meter, logger, edgeStore, isShared = false } = deps;
    const evicted = meter.counter(
      'sightline_service_graph_evicted_total',
      'Spans that waited for their other side and had to make way; service_graph.max_items.',
    );
    this.#edges = new Edges(settings, registry, (place) => {
      evicted.add(1);
      this.#edges.expire(place, 'dropped', !isShared);
    });
    meter.observe(
      'sightline_service_graph_waiting',
      'Spans that wait for their other side.',
      () => this.#edges.halves.size,
    );
    const failures = meter.counter(
      'sightline_service_graph_store_failures_total',
      'Times that the store did not take or give spans that wait for their other side.',
    );
    this.#onFailure = (error) => {
      failures.add(1);
      if (error instanceof OperationError) {
        logger.warn('service graph: the store failed, later again', { error: error.message });
      } else {
        const stack = error instanceof Error ? error.stack : undefined;
        logger.error('service graph: a round failed', { error: messageOf(error), stack });
      }
    };
    if (edgeStore && isShared) {
      this.#exchange = new EdgeExchange(settings, this.#edges, edgeStore, this.#owner);
    }
    this.#turnedMs = deps.clock.nowMs();
  }

  observe(batch: Batch<'traces'>): void {
    this.#edges.observe(batch, this.#deps.clock.nowMs());
  }

  tick(nowMs: number): Promise<void> {
    this.#running ??= this.#round(nowMs).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async start(): Promise<void> {
    const { edgeStore, clock } = this.#deps;
    this.#timer = setInterval(() => void this.tick(clock.nowMs()), tickMs);
    this.#timer.unref();
    if (edgeStore === undefined || this.#exchange !== undefined) return;
    try {
      const nowMs = clock.nowMs();
      await edgeStore.takeReleased(nowMs - leftMs, (halves) => {
        for (const half of halves) this.#edges.takeUp(half, nowMs);
      });
    } catch (error) {
      this.#onFailure(error);
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await within(stopDeadlineMs, this.#leave());
  }

  async #leave(): Promise<void> {
    await this.#running;
    const { edgeStore, clock } = this.#deps;
    const writtenMs = clock.nowMs();
    try {
      if (this.#exchange) await this.#exchange.writeSeenBefore(writtenMs, writtenMs);
      else if (edgeStore) await this.#release(edgeStore, writtenMs);
    } catch (error) {
      this.#onFailure(error);
    }
  }

  async #release(edgeStore: EdgeStore, writtenMs: number): Promise<void> {
    const { halves } = this.#edges;
    const written = { owner: this.#owner, writtenMs, isReleased: true };
    let place = halves.oldest;
    while (place !== -1) {
      const some = [];
      for (; place !== -1 && some.length < releasedMax; place = halves.after(place)) {
        some.push(this.#edges.storedHalf(place, written));
      }
      await edgeStore.write(some);
    }
  }

  /** Never throws: nobody waits for a tick. */
  async #round(nowMs: number): Promise<void> {
    const { waitMs } = this.#deps.settings;
    try {
      if (nowMs - this.#turnedMs >= waitMs) {
        this.#turnedMs = nowMs;
        this.#edges.turn();
      }
      this.#edges.compact();
      if (this.#exchange) await this.#exchange.round(nowMs);
      else this.#edges.expireSeenBefore(nowMs - waitMs, nowMs);
    } catch (error) {
      this.#onFailure(error);
    }
  }
}
