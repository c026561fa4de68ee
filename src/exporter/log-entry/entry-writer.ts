// Collected log entries on their way into the store: entries in, committed batches out. What waits is
// bounded in bytes: over it `write` waits, and so does whoever reads files or sockets. A batch that the
// store cannot take now is sent again until the program stops; its receipts are released after the
// commit.
import { PushRows } from '#codec/loki-push/push-rows.ts';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { messageOf, OperationError } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import { jitter } from '#lib/random.ts';
import type { Batch } from '#model/batch.ts';
import { type Pairs, sortedPairs } from '#model/canonical.ts';
import type { IdentityCache } from '#model/identity.ts';
import type { Consumer } from '#pipeline/consumer.ts';
import type { CollectedEntry, Receipt } from '#pipeline/log/entry.ts';
import { createEntryInstruments, type EntryInstruments } from './instruments.ts';
import { groupByStream } from './streams.ts';

export interface EntryWriterSettings {
  /** `logs.buffer_bytes`: entries that wait for their commit, those being sent among them. */
  readonly bufferBytesMax: number;
  /** `ingest.max_age`, or the retention of logs; undefined is no limit. */
  readonly ageMsMax: number | undefined;
  /** `ingest.max_future`; undefined is no limit. */
  readonly futureMsMax: number | undefined;
  /** `ingest.max_attribute_bytes`, here of a line. */
  readonly lineBytesMax: number;
  /** False: every entry is of the tenant ''. */
  readonly tenancyEnabled: boolean;
}

export interface EntryWriterDeps {
  readonly consumer: Consumer<'logs'>;
  /** Of this process, shared by all receivers. */
  readonly identities: IdentityCache;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
  /** Resolves after `ms`, or as soon as the signal aborts; never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A batch is closed at this size, and at once when nothing is being sent. */
const batchBytesMax = 1 << 20;
const sendingMax = 4;
const firstPauseMs = 200;
const longestPauseMs = 5000;
/** Beside the text of an entry: its share of the columns. */
const entryOverheadBytes = 120;
const refusalLogMs = 10_000;

interface OpenBatch {
  readonly tenant: string;
  readonly rows: PushRows;
  readonly receipts: Receipt[];
  bytes: number;
}

export class EntryWriter {
  readonly #settings: EntryWriterSettings;
  readonly #deps: EntryWriterDeps;
  readonly #instruments: EntryInstruments;
  readonly #abort = new AbortController();
  readonly #open = new Map<string, OpenBatch>();
  readonly #sending = new Set<Promise<void>>();
  #waiters: (() => void)[] = [];
  #bytes = 0;
  #isFailing = false;
  #refusedSince = 0;
  #refusalLoggedMs = Number.NEGATIVE_INFINITY;

  constructor(settings: EntryWriterSettings, deps: EntryWriterDeps) {
    this.#settings = settings;
    this.#deps = deps;
    this.#instruments = createEntryInstruments(deps.meter, () => this.#bytes);
  }

  /** As `EntrySink.write`. `labels` are of every entry that has no such label of its own. */
  async write(
    entries: readonly CollectedEntry[],
    labels: Pairs,
    defaultTenant: string,
  ): Promise<void> {
    for (const stream of groupByStream(entries, defaultTenant)) {
      const batch = this.#batchOf(this.#settings.tenancyEnabled ? stream.tenant : '');
      this.#add(batch, sortedPairs([...labels, ...stream.labels]), stream.entries);
    }
    this.#send();
    const { bufferBytesMax } = this.#settings;
    while (this.#bytes > bufferBytesMax && !this.#abort.signal.aborted) {
      this.#instruments.waited();
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  /** Resolves when everything is committed, or after `deadlineMs`: the rest stays unreleased. */
  async stop(deadlineMs: number): Promise<void> {
    const late = this.#deps.sleep(deadlineMs, this.#abort.signal).then(() => this.#abort.abort());
    while (this.#sending.size > 0 && !this.#abort.signal.aborted) {
      await Promise.race([late, ...this.#sending]);
    }
    this.#abort.abort();
    await Promise.all([late, ...this.#sending]);
    this.#wake();
    this.#instruments.stop();
  }

  #batchOf(tenant: string): OpenBatch {
    let batch = this.#open.get(tenant);
    if (!batch) {
      batch = { tenant, rows: new PushRows(this.#contextOf(tenant)), receipts: [], bytes: 0 };
      this.#open.set(tenant, batch);
    }
    return batch;
  }

  #contextOf(tenant: string) {
    const { ageMsMax, futureMsMax, lineBytesMax } = this.#settings;
    const nowNano = this.#deps.clock.nowNano();
    const nano = (ms: number): bigint => BigInt(ms) * 1_000_000n;
    return {
      tenant,
      minUnixNano: ageMsMax === undefined ? undefined : nowNano - nano(ageMsMax),
      maxUnixNano: futureMsMax === undefined ? undefined : nowNano + nano(futureMsMax),
      lineBytesMax,
      identities: this.#deps.identities,
    };
  }

  #add(batch: OpenBatch, labels: Pairs, entries: readonly CollectedEntry[]): void {
    if (labels.length === 0) {
      this.#refuse(entries.length, 'an entry has no labels; a source or a stage has to set one');
      for (const { receipt } of entries) receipt.release();
      return;
    }
    batch.rows.stream(labels);
    let bytes = 0;
    for (const { timeNano, line, metadata, receipt } of entries) {
      batch.rows.entry(timeNano, line, metadata);
      bytes += line.length + entryOverheadBytes;
      for (const [name, value] of metadata) bytes += name.length + value.length;
      batch.receipts.push(receipt);
    }
    batch.bytes += bytes;
    this.#bytes += bytes;
  }

  #send(): void {
    for (const batch of this.#open.values()) {
      const isDue = this.#sending.size === 0 || batch.bytes >= batchBytesMax;
      if (!isDue || this.#sending.size >= sendingMax || this.#abort.signal.aborted) continue;
      this.#open.delete(batch.tenant);
      const sending = this.#sendOne(batch).then((isSettled) => {
        this.#sending.delete(sending);
        if (!isSettled) return;
        this.#bytes -= batch.bytes;
        for (const receipt of batch.receipts) receipt.release();
        this.#send();
        this.#wake();
      });
      this.#sending.add(sending);
    }
  }

  /** False when the program stopped before the store took the batch. */
  async #sendOne({ rows, receipts }: OpenBatch): Promise<boolean> {
    const { batch, rejection } = rows.result();
    if (rejection) this.#refuse(rejection.count, rejection.message);
    if (batch.items === 0) return true;
    const signal = this.#abort.signal;
    for (
      let pauseMs = firstPauseMs;
      !signal.aborted;
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    ) {
      try {
        await this.#consume(batch, receipts.length);
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        if (!(error instanceof OperationError && error.retryable)) {
          this.#drop(batch.items, error);
          return true;
        }
        this.#reportFailing(error);
        const asked = error.retryAfterMs ?? 0;
        await this.#deps.sleep(Math.max(pauseMs, asked) * jitter(0.2), signal);
      }
    }
    return false;
  }

  async #consume(batch: Batch<'logs'>, entries: number): Promise<void> {
    const { accepted, rejected } = await this.#deps.consumer.consume(batch, this.#abort.signal);
    this.#isFailing = false;
    this.#instruments.accepted(accepted);
    if (rejected) this.#refuse(rejected.count, rejected.message);
    this.#instruments.batch(entries);
  }

  #refuse(count: number, why: string): void {
    this.#instruments.refused(count);
    this.#refusedSince += count;
    const nowMs = this.#deps.clock.monotonicMs();
    if (nowMs - this.#refusalLoggedMs < refusalLogMs) return;
    this.#refusalLoggedMs = nowMs;
    this.#deps.logger.warn('collected log lines were refused', {
      count: this.#refusedSince,
      first: why,
    });
    this.#refusedSince = 0;
  }

  #drop(count: number, error: unknown): void {
    this.#instruments.refused(count);
    const stack = error instanceof Error ? error.stack : undefined;
    this.#deps.logger.error('collected log lines were dropped: the store can never take them', {
      count,
      error: error instanceof OperationError ? error.message : (stack ?? messageOf(error)),
    });
  }

  #reportFailing(error: OperationError): void {
    this.#instruments.retried();
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#deps.logger.warn('the store takes no collected log lines now; they wait', {
      error: error.message,
    });
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }
}
