// Requests to delete lines, and their receipts: kept in a file before they are answered, carried out one
// after the other when their time to be cancelled is over, taken up again after a restart.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { InputError, messageOf, OperationError } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import { randomHex } from '#lib/random.ts';
import type { LineDeletion } from './delete-lines.ts';

export interface DeleteRequest {
  readonly id: string;
  readonly tenant: string;
  readonly query: string;
  readonly fromNano: bigint;
  /** Exclusive. */
  readonly toNano: bigint;
  readonly createdMs: number;
  readonly status: 'received' | 'processed';
}

export interface DeleteRequestsSettings {
  readonly file: string;
  /** `loki.delete_cancel_period` */
  readonly cancelPeriodMs: number;
  /** `loki.max_delete_requests`: that wait, and of the done ones that are remembered. */
  readonly requestsMax: number;
}

export interface DeleteRequestsDeps {
  readonly deleteLines: (deletion: LineDeletion, signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
}

/** What failed is tried again. */
const retryMs = 60_000;

export class DeleteRequests {
  readonly #settings: DeleteRequestsSettings;
  readonly #deps: DeleteRequestsDeps;
  readonly #received;
  readonly #processed;
  readonly #stopped = new AbortController();
  #requests: readonly DeleteRequest[];
  #running: string | undefined;
  /** Those that failed, and when they are tried again; until then the others go on. */
  readonly #retryAtMs = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();

  /** Throws OperationError `log_delete_file` when the file cannot be read. */
  constructor(settings: DeleteRequestsSettings, deps: DeleteRequestsDeps) {
    this.#settings = settings;
    this.#deps = deps;
    this.#requests = readRequests(settings.file);
    const { meter } = deps;
    this.#received = meter.counter(
      'loki_compactor_delete_requests_received_total',
      'Requests to delete lines.',
    );
    this.#processed = meter.counter(
      'loki_compactor_delete_requests_processed_total',
      'Requests to delete lines whose lines are gone.',
    );
    meter.observe(
      'loki_compactor_pending_delete_requests_count',
      'Requests to delete lines that wait (loki.max_delete_requests is the most).',
      () => this.#pending().length,
    );
  }

  start(): void {
    this.#plan(0);
  }

  async stop(): Promise<void> {
    this.#stopped.abort(
      new OperationError('query_canceled', 'the program stops', { retryable: true }),
    );
    clearTimeout(this.#timer);
    await this.#work;
  }

  list(tenant: string): readonly DeleteRequest[] {
    return this.#requests.filter((request) => request.tenant === tenant);
  }

  /** Kept when it returns. Throws OperationError `log_delete_queue_full`, `log_delete_file`. */
  add(deletion: LineDeletion): DeleteRequest {
    const { requestsMax } = this.#settings;
    if (this.#pending().length >= requestsMax) {
      const what = `cannot take the request: ${requestsMax} are waiting (loki.max_delete_requests)`;
      throw new OperationError('log_delete_queue_full', what, { retryable: true });
    }
    const made: DeleteRequest = {
      ...deletion,
      id: randomHex(4),
      createdMs: this.#deps.clock.nowMs(),
      status: 'received',
    };
    this.#keep([...this.#requests, made]);
    this.#received.add(1);
    this.#plan(0);
    return made;
  }

  /** False when there is none. Throws InputError `log_delete_done` when it is too late. */
  cancel(tenant: string, id: string): boolean {
    const found = this.list(tenant).find((request) => request.id === id);
    if (!found) return false;
    if (found.status === 'processed' || this.#running === id) {
      throw new InputError(
        'log_delete_done',
        'deletion of request which is in process or already processed is not allowed',
        { hint: 'loki.delete_cancel_period leaves time to cancel.' },
      );
    }
    this.#keep(this.#requests.filter((request) => request !== found));
    this.#retryAtMs.delete(id);
    return true;
  }

  #pending(): readonly DeleteRequest[] {
    return this.#requests.filter(({ status }) => status === 'received');
  }

  #plan(waitMs: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#work = this.#work.then(() => this.#processDue());
    }, waitMs);
    this.#timer.unref();
  }

  /** Never throws. */
  async #processDue(): Promise<void> {
    const { clock, logger } = this.#deps;
    while (!this.#stopped.signal.aborted) {
      const [next] = this.#pending().toSorted((a, b) => this.#dueMs(a) - this.#dueMs(b));
      if (!next) return;
      const waitMs = this.#dueMs(next) - clock.nowMs();
      if (waitMs > 0) {
        this.#plan(Math.min(waitMs, retryMs));
        return;
      }
      try {
        await this.#process(next);
      } catch (error) {
        if (this.#stopped.signal.aborted) return;
        this.#retryAtMs.set(next.id, clock.nowMs() + retryMs);
        const fields = { request_id: next.id, query: next.query, error: messageOf(error) };
        logger.error('lines could not be deleted; it is tried again', fields);
      }
    }
  }

  #dueMs({ id, createdMs }: DeleteRequest): number {
    return this.#retryAtMs.get(id) ?? createdMs + this.#settings.cancelPeriodMs;
  }

  async #process(request: DeleteRequest): Promise<void> {
    this.#running = request.id;
    this.#retryAtMs.delete(request.id);
    try {
      await unlessStopped(
        this.#stopped.signal,
        this.#deps.deleteLines(request, this.#stopped.signal),
      );
    } finally {
      this.#running = undefined;
    }
    this.#keep(
      this.#requests.map((one) => (one.id === request.id ? { ...one, status: 'processed' } : one)),
    );
    this.#processed.add(1);
    this.#deps.logger.info('lines are deleted', { request_id: request.id, query: request.query });
  }

  /** In the file first. Of what is done, the oldest are forgotten. */
  #keep(requests: readonly DeleteRequest[]): void {
    const done = requests.filter(({ status }) => status === 'processed');
    const forgotten = new Set(done.slice(0, Math.max(0, done.length - this.#settings.requestsMax)));
    const kept = requests.filter((request) => !forgotten.has(request));
    writeRequests(this.#settings.file, kept);
    this.#requests = kept;
  }
}

/** The engine may take long to delete, and goes on with it; a stop does not wait for it. */
async function unlessStopped(signal: AbortSignal, work: Promise<void>): Promise<void> {
  let onStop = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    onStop = () => reject(signal.reason);
    signal.addEventListener('abort', onStop);
  });
  await Promise.race([work, stopped]).finally(() => signal.removeEventListener('abort', onStop));
}

interface Written {
  readonly id: string;
  readonly tenant: string;
  readonly query: string;
  readonly from_unix_nano: string;
  readonly to_unix_nano: string;
  readonly created_ms: number;
  readonly status: 'received' | 'processed';
}

function readRequests(file: string): DeleteRequest[] {
  try {
    const written = JSON.parse(readFileSync(file, 'utf8')) as Written[];
    return written.map(({ from_unix_nano, to_unix_nano, created_ms, ...same }) => ({
      ...same,
      fromNano: BigInt(from_unix_nano),
      toNano: BigInt(to_unix_nano),
      createdMs: created_ms,
    }));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw fileFailed(file, cause);
  }
}

function writeRequests(file: string, requests: readonly DeleteRequest[]): void {
  const written = requests.map(
    ({ id, tenant, query, fromNano, toNano, createdMs, status }): Written => ({
      id,
      tenant,
      query,
      from_unix_nano: String(fromNano),
      to_unix_nano: String(toNano),
      created_ms: createdMs,
      status,
    }),
  );
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, `${JSON.stringify(written, undefined, 1)}\n`, { flush: true });
    renameSync(`${file}.new`, file);
  } catch (cause) {
    throw fileFailed(file, cause);
  }
}

const fileFailed = (file: string, cause: unknown): OperationError =>
  new OperationError(
    'log_delete_file',
    `cannot keep requests to delete lines in ${file}: ${messageOf(cause)}`,
    { retryable: false, cause },
  );
