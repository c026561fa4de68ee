// Reads the logs of containers through Docker's socket: those that the targets name by
// `__meta_docker_container_id`, each from where it was left. What the API gives is what
// `docker logs --follow --timestamps` shows.
import { createHttpClient, type HttpClient } from '#discovery/http-client.ts';
import { messageOf } from '#lib/errors.ts';
import type { DockerSource } from '#pipeline/log/collection-config.ts';
import type { LabelPairs } from '#prometheus-config/relabel-config.ts';
import { streamLabels } from '../labelling.ts';
import type { RetrySettings } from '../retries.ts';
import type { SourceContext } from '../source-context.ts';
import { TailSet } from '../tail-set.ts';
import { forgetGone } from '../time-ledger.ts';
import { followContainer } from './container-log.ts';

export interface DockerLogDeps extends SourceContext {
  readonly retries?: RetrySettings;
}

interface Container {
  readonly id: string;
  /** By stream; undefined: rules drop it. */
  readonly labels: Readonly<Record<string, LabelPairs | undefined>>;
}

const idLabel = '__meta_docker_container_id';
const streamLabel = '__meta_docker_container_log_stream';

export class DockerLogSource {
  readonly #config: DockerSource;
  readonly #deps: DockerLogDeps;
  readonly #client: HttpClient;
  readonly #base: string;
  readonly #tails: TailSet<Container>;
  /** What was said, until reading works again. */
  readonly #troubles = new Map<string, string>();

  constructor(config: DockerSource, deps: DockerLogDeps) {
    this.#config = config;
    this.#deps = deps;
    const socketPath = /^unix:\/\/(.*)$/.exec(config.host)?.[1];
    const url = socketPath ? 'http://localhost' : config.host.replace(/^tcp:/, 'http:');
    this.#base = url.replace(/\/+$/, '');
    this.#client = createHttpClient({
      config: config.http,
      env: deps.env,
      clock: deps.clock,
      ...(socketPath !== undefined && { socketPath }),
    });
    this.#tails = new TailSet((container, signals) => this.#follow(container, signals));
  }

  /** All targets of now. Several of one container (by port, by network) are one: the first. */
  setTargets(targets: readonly LabelPairs[]): void {
    const containers = new Map<string, Container>();
    for (const target of targets) {
      const id = target.find(([name]) => name === idLabel)?.[1];
      if (id === undefined || id === '' || containers.has(id)) continue;
      const labels = {
        stdout: this.#labels(target, 'stdout'),
        stderr: this.#labels(target, 'stderr'),
      };
      if (labels.stdout ?? labels.stderr) containers.set(id, { id, labels });
    }
    this.#tails.set(containers);
    const { positions, clock } = this.#deps;
    const keys = new Set([...containers.keys()].map((id) => this.#positionKey(id)));
    forgetGone(positions, this.#positionKey(''), keys, clock.nowNano());
  }

  async stop(): Promise<void> {
    await this.#tails.stop();
    this.#client.close();
  }

  #positionKey(id: string): string {
    return `docker/${this.#config.id}/${id}`;
  }

  #labels(target: LabelPairs, stream: string): LabelPairs | undefined {
    const { labels, relabel } = this.#config;
    return streamLabels(new Map([...target, ...labels, [streamLabel, stream]]), relabel);
  }

  async #follow(
    container: () => Container,
    signals: Parameters<typeof followContainer>[1],
  ): Promise<void> {
    const { meter, logger, retries } = this.#deps;
    const entries = meter.counter(
      'promtail_docker_target_entries_total',
      'Lines of containers that were read through the API of Docker.',
    );
    const { id } = container();
    logger.info('following the log of a container', { container: id });
    const positionKey = this.#positionKey(id);
    await followContainer(
      {
        ...{ id, positionKey, retries, client: this.#client, base: this.#base },
        context: this.#deps,
        labelsOf: (stream) => container().labels[stream],
        onLines: (count) => {
          this.#troubles.delete(id);
          entries.add(count);
        },
        onFailure: (error) => this.#report(id, error),
      },
      signals,
    );
    this.#troubles.delete(id);
    logger.info('left the log of a container', { container: id });
  }

  #report(id: string, error: unknown): void {
    const { meter, logger } = this.#deps;
    const failures = meter.counter(
      'promtail_docker_target_failures_total',
      'Failed attempts to read the log of a container.',
    );
    failures.add(1);
    const text = messageOf(error);
    if (this.#troubles.get(id) === text) return;
    this.#troubles.set(id, text);
    logger.warn('cannot read the log of a container; it is tried again', {
      container: id,
      error: text,
    });
  }
}
