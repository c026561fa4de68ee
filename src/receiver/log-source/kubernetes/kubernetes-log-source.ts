// Reads the logs of pods through the API server, without access to their nodes: those that the targets
// name, each from where it was left. It needs the right to `get` `pods/log`.
import { createHttpClient, type HttpClient } from '#discovery/http-client.ts';
import { connectionOf } from '#discovery/kubernetes/connection.ts';
import { messageOf } from '#lib/errors.ts';
import type { KubernetesSource } from '#pipeline/log/collection-config.ts';
import type { LabelPairs } from '#prometheus-config/relabel-config.ts';
import { keepFollowing } from '../keep-following.ts';
import type { RetrySettings } from '../retries.ts';
import type { SourceContext } from '../source-context.ts';
import { TailSet, type TailSignals } from '../tail-set.ts';
import { forgetGone, TimeLedger } from '../time-ledger.ts';
import { LogRefused, readPodLog } from './pod-log.ts';
import { type PodContainer, toPodContainer } from './pod-target.ts';

export interface KubernetesLogDeps extends SourceContext {
  readonly retries?: RetrySettings;
}

/** How the API server is reached; made when it is first needed. */
interface Api {
  readonly server: string;
  readonly client: HttpClient;
}

/** What it says of a container that has not begun, or is gone: it comes or its target goes. */
const passing = [400, 404];
/** No namespace is called so. */
const everywhere = '';

export class KubernetesLogSource {
  readonly #config: KubernetesSource;
  readonly #deps: KubernetesLogDeps;
  readonly #tails: TailSet<PodContainer>;
  /** Where something was said against, by namespace, until it works again. */
  readonly #troubles = new Set<string>();
  #api: Promise<Api> | undefined;

  constructor(config: KubernetesSource, deps: KubernetesLogDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#tails = new TailSet((target, signals) => this.#follow(target, signals));
  }

  /** All targets of now. Several of one container (by port) are one: the first. */
  setTargets(targets: readonly LabelPairs[]): void {
    const containers = new Map<string, PodContainer>();
    for (const target of targets) {
      const found = toPodContainer(target, this.#config.id, this.#config.labels);
      if (typeof found === 'string') {
        this.#sayOnce(`target without ${found}`, 'a target names no container', { missing: found });
        continue;
      }
      const key = this.#positionKey(found);
      if (!containers.has(key)) containers.set(key, found);
    }
    this.#tails.set(containers);
    const { positions, clock } = this.#deps;
    const keys = new Set(containers.keys());
    forgetGone(positions, `kubernetes/${this.#config.id}/`, keys, clock.nowNano());
  }

  async stop(): Promise<void> {
    await this.#tails.stop();
    await this.#api?.then(({ client }) => client.close()).catch(() => {});
  }

  #positionKey({ namespace, pod, container, uid }: PodContainer): string {
    return `kubernetes/${this.#config.id}/${namespace}/${pod}/${container}/${uid}`;
  }

  #connect(): Promise<Api> {
    this.#api ??= connectionOf(this.#config, { env: this.#deps.env }).then(
      ({ server, http: config }) => {
        const { env, clock } = this.#deps;
        return { server, client: createHttpClient({ config, env, clock }) };
      },
    );
    this.#api.catch(() => {
      this.#api = undefined;
    });
    return this.#api;
  }

  async #follow(target: () => PodContainer, signals: TailSignals): Promise<void> {
    const { positions, meter, retries, times } = this.#deps;
    const { namespace } = target();
    const key = this.#positionKey(target());
    const intake = {
      ledger: new TimeLedger(positions, key),
      context: this.#deps,
      labelsOf: () => target().labels,
    };
    const entries = meter.counter(
      'sightline_kubernetes_log_entries_total',
      'Lines of pods that were read through the API server.',
    );
    await keepFollowing({
      signals,
      retries,
      once: async (signal) => {
        const options = { ...(await this.#connect()), target: target() };
        return readPodLog(
          {
            ...options,
            untimed: () => times.take(1),
            onLines: (count) => {
              this.#troubles.delete(namespace);
              this.#troubles.delete(everywhere);
              entries.add(count);
            },
          },
          intake,
          signal,
        );
      },
      onFailure: (error) => this.#report(error, namespace),
    });
  }

  #report(error: unknown, namespace: string): void {
    const { meter, logger } = this.#deps;
    const status = error instanceof LogRefused ? error.status : 0;
    const failures = meter.counter(
      'sightline_kubernetes_log_failures_total',
      'Failed attempts to read the log of a container through the API server, by status.',
    );
    failures.add(1, { status: String(status) });
    const text = messageOf(error);
    if (passing.includes(status)) {
      logger.debug('the log of a container is not there', { error: text });
      return;
    }
    // Rights are given by namespace; an API server that does not answer fails them all.
    const where = status === 0 ? everywhere : namespace;
    const hint = status === 403 ? "grant the verb 'get' on 'pods/log'" : undefined;
    this.#sayOnce(where, 'cannot read logs of pods; it is tried again', { error: text, hint });
  }

  #sayOnce(key: string, message: string, fields: Parameters<SourceContext['logger']['error']>[1]) {
    if (this.#troubles.has(key)) return;
    this.#troubles.add(key);
    this.#deps.logger.error(message, fields);
  }
}
