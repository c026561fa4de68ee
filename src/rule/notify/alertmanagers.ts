// The Alertmanagers of a configuration: discovered, relabelled, each with its queue.
// https://prometheus.io/docs/prometheus/latest/configuration/configuration/#alertmanager_config
import type { Discovery, TargetGroup } from '#discovery/discovery.ts';
import type { HttpClient } from '#discovery/http-client.ts';
import { relabel, toPairs } from '#discovery/relabel.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/log.ts';
import type { AlertmanagerConfig } from '#prometheus-config/config.ts';
import type { DiscoveryConfig } from '#prometheus-config/discovery-config.ts';
import type { HttpClientConfig } from '#prometheus-config/http-client-config.ts';
import type { LabelPairs } from '#prometheus-config/relabel-config.ts';
import type { NotifyInstruments } from '../metrics.ts';
import type { WaitUntil } from '../schedule.ts';
import type { AlertmanagerStatus } from '../view.ts';
import { AlertmanagerQueue } from './alertmanager-queue.ts';
import type { Notification } from './encode.ts';

export interface AlertmanagersDeps {
  readonly createClient: (config: HttpClientConfig) => HttpClient;
  readonly createDiscovery: (config: DiscoveryConfig) => Discovery;
  readonly clock: Clock;
  readonly wait: WaitUntil;
  readonly logger: Logger;
  readonly instruments: NotifyInstruments;
}

/** All Alertmanagers of all configurations. */
export class Alertmanagers {
  readonly #sets: readonly AlertmanagerSet[];

  constructor(configs: readonly AlertmanagerConfig[], deps: AlertmanagersDeps) {
    this.#sets = configs.map((config) => new AlertmanagerSet(config, deps));
  }

  get count(): number {
    return this.#sets.reduce((sum, set) => sum + set.queues.size, 0);
  }

  get queued(): number {
    const queues = this.#sets.flatMap((set) => [...set.queues.values()]);
    return queues.reduce((most, { length }) => Math.max(most, length), 0);
  }

  send(notifications: readonly Notification[]): void {
    for (const { queues } of this.#sets) {
      for (const queue of queues.values()) queue.add(notifications);
    }
  }

  status(): AlertmanagerStatus {
    return {
      active: this.#sets.flatMap(({ queues }) => [...queues.keys()]),
      dropped: this.#sets.flatMap(({ dropped }) => dropped),
    };
  }

  async stop(): Promise<void> {
    await Promise.all(this.#sets.map((set) => set.stop()));
  }
}

class AlertmanagerSet {
  /** By URL. */
  readonly queues = new Map<string, AlertmanagerQueue>();
  dropped: readonly string[] = [];
  readonly #config: AlertmanagerConfig;
  readonly #deps: AlertmanagersDeps;
  readonly #client: HttpClient;
  readonly #stopped = new AbortController();
  readonly #runs: readonly Promise<void>[];
  /** The targets by discovery and source. */
  readonly #groups = new Map<string, TargetGroup>();

  constructor(config: AlertmanagerConfig, deps: AlertmanagersDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#client = deps.createClient(config.http);
    this.#runs = config.discoveries.map((discovery, i) =>
      deps.createDiscovery(discovery).run(this.#stopped.signal, (groups) => {
        for (const group of groups) this.#groups.set(`${i} ${group.source}`, group);
        this.#update();
      }),
    );
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all([...this.#runs, ...[...this.queues.values()].map((queue) => queue.stop())]);
    this.#client.close();
  }

  #update(): void {
    const wanted = new Set<string>();
    const dropped: string[] = [];
    for (const { targets, labels } of this.#groups.values()) {
      for (const target of targets) {
        const { url, isDropped } = this.#toUrl([...labels, ...target]);
        if (isDropped) dropped.push(url);
        else wanted.add(url);
      }
    }
    this.dropped = dropped;
    for (const [url, queue] of this.queues) {
      if (wanted.has(url)) continue;
      this.queues.delete(url);
      // What waits there has nowhere to go; a message on its way may end.
      void queue.stop();
    }
    for (const url of wanted) {
      if (!this.queues.has(url)) this.queues.set(url, this.#createQueue(url));
    }
  }

  #toUrl(found: LabelPairs): { readonly url: string; readonly isDropped: boolean } {
    const { scheme, pathPrefix, relabelConfigs } = this.#config;
    const path = `${pathPrefix.replace(/\/+$/, '')}/api/v2/alerts`;
    const set = new Map([
      ['__scheme__', scheme],
      ['__alerts_path__', path.startsWith('/') ? path : `/${path}`],
      ...found,
    ]);
    const before = toPairs(set);
    const after = relabel(before, relabelConfigs);
    const labels = new Map(after ?? before);
    const url = `${labels.get('__scheme__')}://${labels.get('__address__') ?? ''}${labels.get('__alerts_path__')}`;
    return { url, isDropped: after === undefined || !labels.has('__address__') };
  }

  #createQueue(url: string): AlertmanagerQueue {
    const { clock, wait, logger, instruments } = this.#deps;
    const { timeoutMs, alertRelabelConfigs } = this.#config;
    return new AlertmanagerQueue({
      url,
      timeoutMs,
      relabelConfigs: alertRelabelConfigs,
      client: this.#client,
      clock,
      wait,
      logger,
      instruments,
    });
  }
}
