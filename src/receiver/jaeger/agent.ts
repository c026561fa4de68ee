// The UDP ports of a Jaeger agent: each datagram is one call of `emitBatch` (or `emitZipkinBatch`) in
// Thrift's compact or binary protocol; either is taken on either port. UDP can refuse nothing: what
// comes faster than it is stored waits in a bounded queue, and what does not fit is counted and gone.
// Spec: https://www.jaegertracing.io/docs/1.62/apis/#thrift-over-udp-stable
import { decodeAgentMessage } from '#codec/jaeger/thrift.ts';
import { readZipkinList } from '#codec/zipkin/thrift.ts';
import { rest } from '#discovery/refreshing.ts';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { InputError, messageOf, OperationError } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import { jitter } from '#lib/random.ts';
import { within } from '#lib/within.ts';
import type { StoredSpan } from '#model/stored-span.ts';
import { Complaints } from '../complaints.ts';
import { convertedExport } from '../converted-spans.ts';
import type { JaegerDeps } from './thrift-http.ts';
import { openUdp, type UdpPort } from './udp-port.ts';

export interface AgentDeps extends JaegerDeps {
  readonly meter: Meter;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Default 4 MiB, over all ports. */
  readonly queueBytesMax?: number;
}

export interface JaegerAgent {
  /** Opens a port (0: a free one), and answers which. Throws OperationError `jaeger_port`. */
  listen(host: string, port: number): Promise<number>;
  /** Closes the ports; what was received is handed on before it resolves. */
  stop(): Promise<void>;
}

/** Handed on together. */
const datagramsPerBatch = 512;
const pauseFirstMs = 100;
const pauseLongestMs = 5000;
/** For what still waits when the program stops. */
const farewellMs = 2000;
const abortedMs = 500;

export function createJaegerAgent(deps: AgentDeps): JaegerAgent {
  const queue = new DatagramQueue(deps);
  const open: UdpPort[] = [];
  return {
    async listen(host, port) {
      const opened = await openUdp(host, port, (bytes) => queue.add(bytes));
      open.push(opened);
      return opened.port;
    },
    async stop() {
      await Promise.all(open.splice(0).map((port) => port.close()));
      await queue.stop();
    },
  };
}

class DatagramQueue {
  readonly #deps: AgentDeps;
  readonly #bytesMax: number;
  readonly #dropped: ReturnType<Meter['counter']>;
  readonly #malformed: Complaints;
  readonly #full: Complaints;
  readonly #abort = new AbortController();
  readonly #waiting: Uint8Array[] = [];
  #bytes = 0;
  #draining: Promise<void> | undefined;

  constructor(deps: AgentDeps) {
    this.#deps = deps;
    this.#bytesMax = deps.queueBytesMax ?? 4 << 20;
    this.#dropped = deps.meter.counter(
      'sightline_receiver_dropped_datagrams_total',
      'Datagrams of the Jaeger agent ports that are gone, by receiver and reason.',
    );
    this.#malformed = new Complaints('datagrams that are no Jaeger spans', deps);
    this.#full = new Complaints('datagrams of Jaeger spans come faster than they are stored', deps);
    deps.meter.observe(
      'sightline_receiver_queued_datagram_bytes',
      'Bytes of datagrams that wait, of the Jaeger agent ports.',
      () => this.#bytes,
    );
  }

  add(bytes: Uint8Array): void {
    if (this.#bytes + bytes.length > this.#bytesMax) {
      this.#drop('queue_full', 1);
      this.#full.add({ queued_bytes: this.#bytes });
      return;
    }
    this.#bytes += bytes.length;
    this.#waiting.push(bytes);
    this.#draining ??= this.#drain();
  }

  /** Resolves when nothing waits, or soon; what cannot be stored by then is counted. */
  async stop(): Promise<void> {
    const drained = this.#draining ?? Promise.resolve();
    if (await within(farewellMs, drained)) return this.#abort.abort();
    this.#abort.abort();
    // What is on its way to the store cannot be taken back, and may take longer than anybody waits.
    if (!(await within(abortedMs, drained))) this.#drop('not_stored', this.#waiting.length);
  }

  #drop(reason: 'queue_full' | 'malformed' | 'not_stored', count: number): void {
    this.#dropped.add(count, { receiver: 'jaeger', reason });
  }

  async #drain(): Promise<void> {
    // What has come with it goes with it.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const taken = this.#waiting.splice(0, datagramsPerBatch);
      await this.#take(taken);
      for (const { length } of taken) this.#bytes -= length;
    }
    this.#draining = undefined;
  }

  /** Never throws: nobody waits for it, and the next datagrams are to be taken. */
  async #take(datagrams: readonly Uint8Array[]): Promise<void> {
    try {
      const decoded = () => datagrams.flatMap((bytes) => this.#decode(bytes));
      const spans = await this.#deps.turns.run(decoded);
      if (spans.length > 0) await this.#store(spans, datagrams.length);
    } catch (error) {
      this.#deps.logger.error('cannot store spans of Jaeger', { error: messageOf(error) });
      this.#drop('not_stored', datagrams.length);
    }
  }

  #decode(bytes: Uint8Array): readonly StoredSpan[] {
    const nowNano = this.#deps.clock.nowNano();
    try {
      return decodeAgentMessage(bytes, (reader) => {
        const { spans, rejected } = readZipkinList(reader, nowNano);
        if (rejected) this.#malformed.add({ error: rejected.message, bytes: bytes.length });
        return spans;
      });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#drop('malformed', 1);
      this.#malformed.add({ error: error.message, bytes: bytes.length });
      return [];
    }
  }

  /** Tries until the spans are committed; meanwhile the queue fills. */
  async #store(spans: readonly StoredSpan[], datagrams: number): Promise<void> {
    const { signal } = this.#abort;
    const body = convertedExport(spans);
    for (let pauseMs = pauseFirstMs; !signal.aborted; pauseMs *= 2) {
      try {
        await this.#deps.intake.receive({
          signal: 'traces',
          receiver: 'jaeger',
          transport: 'udp',
          tenant: '',
          abort: signal,
          read: async () => body,
        });
        return;
      } catch (error) {
        if (!(error instanceof OperationError && error.retryable)) throw error;
        await rest(Math.min(pauseMs, pauseLongestMs) * jitter(0.2), signal);
      }
    }
    this.#drop('not_stored', datagrams);
  }
}
