// A push API on a port of its own, as `loki.source.api` and Promtail's `loki_push_api` open it. It takes lines
// and shows none: it may be opened without credentials, and asks for those of the program if it has any.
import { hostPort } from '#discovery/host-port.ts';
import { assert, messageOf } from '#lib/errors.ts';
import type { ApiSource } from '#pipeline/log/collection-config.ts';
import type { AuthSettings } from '#server/auth.ts';
import { createServer, type Server } from '#server/server.ts';
import { createLabelling } from '../labelling.ts';
import { type ListenAddress, parseListenAddress } from '../listen-address.ts';
import { Retries, type RetrySettings } from '../retries.ts';
import type { SourceContext } from '../source-context.ts';
import { pushRoutes } from './push-routes.ts';

export interface LokiApiDeps extends SourceContext {
  readonly settings: LokiApiSettings;
  readonly retries?: RetrySettings;
  /** For the commit of a request; default 20 s. */
  readonly commitMs?: number;
}

export interface LokiApiSettings {
  readonly auth: AuthSettings;
  /** `ingest.max_body_bytes` */
  readonly bodyBytesMax: number;
  /** Of all bodies that are being held by one such API; over it pushes are answered with 429. */
  readonly bytesInFlightMax: number;
}

const commitMs = 20_000;
const rememberedMax = 10_000;
const stopMs = 2000;

export class LokiApiSource {
  readonly #deps: LokiApiDeps;
  readonly #config: ApiSource;
  readonly #abort = new AbortController();
  readonly #running: Promise<void>;

  /** Begins at once. The address has to be such that can be listened on. */
  constructor(config: ApiSource, deps: LokiApiDeps) {
    this.#deps = deps;
    this.#config = config;
    const address = parseListenAddress(config.address);
    assert(address, `expected host:port, was ${config.address}`);
    this.#running = this.#run(address);
  }

  /** Answers what it has taken, then closes the port. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  #server({ host = '', port }: ListenAddress): Server {
    const { settings, meter, logger, clock } = this.#deps;
    const { labels, relabel: rules, usesIncomingTime, id } = this.#config;
    const routes = pushRoutes({
      labels,
      usesIncomingTime,
      labelling: createLabelling({ rules, meter, rememberedMax }),
      context: this.#deps,
      bodyBytesMax: settings.bodyBytesMax,
      commitMs: this.#deps.commitMs ?? commitMs,
    });
    const mounts = [{ prefix: '', routes }];
    const listener = { name: id, host, port, isRequired: true, mounts, grpc: [] };
    return createServer(
      { ...settings, listeners: [listener], tenancyEnabled: true, isWriteOnly: true },
      // The gauges are those of the program's own server.
      { meter: { ...meter, observe: () => {} }, logger, clock },
    );
  }

  async #run(address: ListenAddress): Promise<void> {
    const { signal } = this.#abort;
    const server = this.#server(address);
    const port = await this.#open(server);
    if (port === undefined) return;
    const shown = hostPort(address.host ?? '', port);
    this.#deps.logger.info('taking pushed lines', { address: shown, source: this.#config.id });
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve());
    });
    await server.stop(stopMs);
  }

  /** Undefined when the program stops first. */
  async #open(server: Server): Promise<number | undefined> {
    const { signal } = this.#abort;
    const { place, id } = this.#config;
    const retries = new Retries(this.#deps.retries);
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        const [bound] = await server.start();
        return bound?.port;
      } catch (error) {
        if (attempt === 0) {
          const where = `${place.file}:${place.line}:${place.column}`;
          const fields = { source: id, where, error: messageOf(error) };
          this.#deps.logger.error('cannot take pushed lines; it is tried again', fields);
        }
        await retries.pause(signal);
      }
    }
    return undefined;
  }
}
