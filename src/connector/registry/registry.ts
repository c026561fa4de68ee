// The registry of this process: series in memory, written every interval to the consumer of metrics.
//
// - A new series begins with a 0 just after the last time that anything was written: so rate() and
//   increase() see what it counted first.
// - What could not be written is not lost: series are cumulative, the next sample has it.
// - Idle series are written as well, so that their rate is 0; until they are stale.
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { messageOf } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import { within } from '#lib/within.ts';
import type { Pairs } from '#model/canonical.ts';
import type { IdentityCache } from '#model/identity.ts';
import { SampleBatchBuilder } from '#model/sample-batch.ts';
import { instanceLabel, traceMetricFacts } from '#model/trace-metrics.ts';
import type { Consumer } from '#pipeline/consumer.ts';
import type { MetricRegistry } from '#pipeline/metric-registry.ts';
import { type HistogramKind, HistogramSeries } from './histogram.ts';
import { CounterSeries, GaugeSeries, type SeriesIdentity, type WrittenSeries } from './series.ts';
import { type EndedSeries, type MakeSeries, TenantSeries } from './tenant-series.ts';

export interface RegistrySettings {
  readonly intervalMs: number;
  /** Series that got nothing for so long end. */
  readonly staleAfterMs: number;
  /** Of one tenant. */
  readonly seriesMax: number;
  readonly histograms: HistogramKind;
  /** Tells this process from others that write into the same store. */
  readonly instance?: string | undefined;
}

export interface RegistryDeps {
  readonly consumer: Consumer<'metrics'>;
  readonly identities: IdentityCache;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
}

export interface WrittenRegistry extends MetricRegistry {
  start(): void;
  /** Resolves when everything counted before the call is committed; throws what the consumer throws. */
  flush(): Promise<void>;
  /** After a last flush, which gets a moment: without a store it would take long. */
  stop(): Promise<void>;
}

/** A batch has about so many samples. */
const batchItems = 10_000;
/** A clock that was further ahead was wrong: samples follow it back, else there were none until then. */
const setBackMs = 60_000;
/** A commit waits for others to come with it: one tenant after the other would take as many waits. */
const tenantsAtOnce = 32;
/** After so many others get their turn: new series cost some 25 µs each. */
const turnItems = 500;
const stopDeadlineMs = 5000;

const overflowHelp = 'Times that a series of trace metrics was asked for without room for it.';
const failedHelp = 'Rounds of writing trace metrics that failed; their counts came later.';

export function createMetricRegistry(
  settings: RegistrySettings,
  deps: RegistryDeps,
): WrittenRegistry {
  return new Registry(settings, deps);
}

class Registry implements WrittenRegistry {
  readonly #settings: RegistrySettings;
  readonly #deps: RegistryDeps;
  readonly #tenants = new Map<string, TenantSeries>();
  readonly #onOverflow: () => void;
  readonly #onFailure: () => void;
  /** When samples were written last; the start at first. */
  #lastMs: number;
  #running: Promise<void> = Promise.resolve();
  /** Rounds that are not over. */
  #waiting = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(settings: RegistrySettings, deps: RegistryDeps) {
    this.#settings = settings;
    this.#deps = deps;
    this.#lastMs = deps.clock.nowMs();
    const { meter } = deps;
    const overflow = meter.counter('sightline_trace_metrics_overflow_total', overflowHelp);
    const failed = meter.counter('sightline_trace_metrics_write_failures_total', failedHelp);
    this.#onOverflow = () => overflow.add(1);
    this.#onFailure = () => failed.add(1);
    meter.observe('sightline_trace_metrics_series', 'Series of trace metrics in memory.', () =>
      [...this.#tenants.values()].reduce((sum, { seriesCount }) => sum + seriesCount, 0),
    );
  }

  counter(tenant: string, name: string, labels: Pairs): CounterSeries {
    return this.#find(tenant, name, labels, (identity) => new CounterSeries(identity));
  }

  gauge(tenant: string, name: string, labels: Pairs): GaugeSeries {
    return this.#find(tenant, name, labels, (identity) => new GaugeSeries(identity));
  }

  histogram(
    tenant: string,
    name: string,
    labels: Pairs,
    upperBounds: readonly number[],
  ): HistogramSeries {
    const kind = this.#settings.histograms;
    const make = (identity: SeriesIdentity) => new HistogramSeries(identity, upperBounds, kind);
    return this.#find(tenant, name, labels, make);
  }

  start(): void {
    const { intervalMs } = this.#settings;
    this.#timer = setInterval(() => {
      // One that takes long is not followed by many at once.
      if (this.#waiting === 0) void this.#round(intervalMs);
    }, intervalMs);
  }

  flush(): Promise<void> {
    return this.#enqueue(new AbortController().signal);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    if (await within(stopDeadlineMs, this.#round(stopDeadlineMs))) return;
    this.#onFailure();
    this.#deps.logger.warn('the last counts of metrics of traces were not written in time');
  }

  /** Takes back what waits after `deadlineMs`; what is on its way to the engine takes longer. */
  async #round(deadlineMs: number): Promise<void> {
    try {
      await this.#enqueue(AbortSignal.timeout(deadlineMs));
    } catch (error) {
      this.#onFailure();
      this.#deps.logger.warn('metrics of traces are written later', { problem: messageOf(error) });
    }
  }

  /** Rounds never overlap: each has a time after that of the one before. */
  #enqueue(signal: AbortSignal): Promise<void> {
    this.#waiting++;
    const round = this.#running.then(() => this.#write(signal));
    this.#running = round
      .catch(() => {})
      .then(() => {
        this.#waiting--;
      });
    return round;
  }

  async #write(signal: AbortSignal): Promise<void> {
    const nowMs = this.#deps.clock.nowMs();
    // Two later, so that the 0 of a new series lies between them.
    const timeMs = this.#lastMs - nowMs > setBackMs ? nowMs : Math.max(nowMs, this.#lastMs + 2);
    this.#lastMs = timeMs;
    const tenants = [...this.#tenants];
    const failures: unknown[] = [];
    let next = 0;
    const writeSome = async (): Promise<void> => {
      for (let i = next++; i < tenants.length; i = next++) {
        const [tenant, series] = tenants[i] as [string, TenantSeries];
        await this.#writeTenant(tenant, series, timeMs, signal).catch((error) =>
          failures.push(error),
        );
      }
    };
    await Promise.all(Array.from({ length: tenantsAtOnce }, writeSome));
    if (failures.length > 0) throw failures[0];
  }

  async #writeTenant(
    tenant: string,
    series: TenantSeries,
    timeMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { alive, ended } = series.take(timeMs);
    await this.#writeEnded(tenant, series, ended, signal);
    await this.#writeAlive(tenant, alive, timeMs, signal);
    if (series.isEmpty) this.#tenants.delete(tenant);
  }

  async #writeEnded(
    tenant: string,
    series: TenantSeries,
    ended: readonly EndedSeries[],
    signal: AbortSignal,
  ): Promise<void> {
    if (ended.length === 0) return;
    const builder = this.#builder(tenant);
    for (const one of ended) one.series.appendStale(builder, one.atMs);
    try {
      await this.#deps.consumer.consume(builder.build(), signal);
    } catch (error) {
      series.giveBack(ended);
      throw error;
    }
  }

  async #writeAlive(
    tenant: string,
    alive: readonly WrittenSeries[],
    timeMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    for (let from = 0; from < alive.length; ) {
      const builder = this.#builder(tenant);
      let to = from;
      for (let turn = turnItems; to < alive.length && builder.items < batchItems; to++) {
        (alive[to] as WrittenSeries).write(builder, timeMs);
        if (builder.items < turn) continue;
        turn += turnItems;
        await nextTurn();
      }
      for (const name of new Set(alive.slice(from, to).map((series) => series.name))) {
        const facts = traceMetricFacts[name];
        if (facts) builder.metadata(name, facts);
      }
      await this.#deps.consumer.consume(builder.build(), signal);
      for (; from < to; from++) (alive[from] as WrittenSeries).written();
    }
  }

  #builder(tenant: string): SampleBatchBuilder {
    const { identities, clock } = this.#deps;
    return new SampleBatchBuilder({ tenant, identities, clock });
  }

  #find<S extends WrittenSeries>(
    tenant: string,
    name: string,
    labels: Pairs,
    make: MakeSeries<S>,
  ): S {
    return this.#tenant(tenant).find(name, labels, this.#lastMs + 1, make);
  }

  #tenant(tenant: string): TenantSeries {
    const known = this.#tenants.get(tenant);
    if (known) return known;
    const { instance, seriesMax, staleAfterMs } = this.#settings;
    const made = new TenantSeries({
      seriesMax,
      staleAfterMs,
      instance: instance === undefined ? [] : [[instanceLabel, instance]],
      onOverflow: this.#onOverflow,
    });
    this.#tenants.set(tenant, made);
    return made;
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
