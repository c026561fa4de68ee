// Receives syslog on the ports of its listeners, over TCP, TLS and UDP, in the formats of RFC 5424, RFC 3164
// and raw lines. A port that cannot be opened is tried again.
import { setMaxListeners } from 'node:events';
import { hostPort } from '#discovery/host-port.ts';
import { assert, messageOf } from '#lib/errors.ts';
import type {
  SyslogSource as SyslogConfig,
  SyslogListener,
} from '#pipeline/log/collection-config.ts';
import { createLabelling } from '../labelling.ts';
import { type ListenAddress, parseListenAddress } from '../listen-address.ts';
import { Retries, type RetrySettings } from '../retries.ts';
import type { SourceContext } from '../source-context.ts';
import { createSyslogInstruments } from './instruments.ts';
import { createPeerNames } from './peer-names.ts';
import { SyslogIntake } from './syslog-intake.ts';
import { type ListenerDeps, listenTcp, type OpenListener } from './tcp-listener.ts';
import { listenUdp } from './udp-listener.ts';

export interface SyslogDeps extends SourceContext {
  /** `logs.max_syslog_connections`: of one listener. */
  readonly connectionsMax: number;
  readonly retries?: RetrySettings;
}

/** Sets of labels whose relabelled ones are remembered. */
const rememberedMax = 10_000;

export class SyslogSource {
  readonly #deps: SyslogDeps;
  readonly #abort = new AbortController();
  readonly #listening: Promise<void>[];

  /** Begins at once. The addresses have to be such that can be listened on. */
  constructor(config: SyslogConfig, deps: SyslogDeps) {
    this.#deps = deps;
    const { signal } = this.#abort;
    // Every connection listens.
    setMaxListeners(0, signal);
    const rules = config.relabel;
    const labelling = createLabelling({ rules, meter: deps.meter, rememberedMax });
    const instruments = createSyslogInstruments(deps.meter);
    const findPeer = createPeerNames(rules, deps.clock);
    const all = config.listeners.map((listener) => {
      const address = parseListenAddress(listener.address);
      assert(address, `expected host:port, was ${listener.address}`);
      const { labels } = config;
      const intake = new SyslogIntake({
        ...{ listener, labels, labelling, instruments, signal },
        context: deps,
      });
      const { connectionsMax } = deps;
      return { address, with: { listener, intake, instruments, findPeer, connectionsMax } };
    });
    this.#listening = all.map((one) => this.#keepOpen(one.address, one.with));
  }

  /** Closes the ports; what was received whole is handed on before it resolves. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await Promise.all(this.#listening);
  }

  async #keepOpen(address: ListenAddress, deps: ListenerDeps): Promise<void> {
    const { signal } = this.#abort;
    const { listener } = deps;
    const open = await this.#open(listener, () =>
      listener.protocol === 'udp' ? listenUdp(address, deps) : listenTcp(address, deps),
    );
    if (!open) return;
    this.#deps.logger.info('listening for syslog', {
      address: hostPort(address.host ?? '', open.port),
      protocol: listener.tls ? 'tls' : listener.protocol,
      format: listener.format,
    });
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve());
    });
    await open.close();
  }

  /** Undefined when the program stops first. */
  async #open(
    { address, protocol, place }: SyslogListener,
    open: () => Promise<OpenListener>,
  ): Promise<OpenListener | undefined> {
    const { signal } = this.#abort;
    const retries = new Retries(this.#deps.retries);
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        return await open();
      } catch (error) {
        if (attempt === 0) {
          const where = `${place.file}:${place.line}:${place.column}`;
          const fields = { address, protocol, where, error: messageOf(error) };
          this.#deps.logger.error('cannot listen for syslog; it is tried again', fields);
        }
        await retries.pause(signal);
      }
    }
    return undefined;
  }
}
