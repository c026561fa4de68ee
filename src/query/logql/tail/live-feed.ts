// Log records that this process has just committed, for who follows them. Nothing is decoded while nobody
// does, and nothing but the ids of streams of a batch in which nobody's stream is.
import type { Counter } from '#internal-telemetry/meter.ts';
import { Lru } from '#lib/lru.ts';
import type { Batch, TableRows } from '#model/batch.ts';
import { and, column, isIn, literal } from '#sql/tree.ts';
import type { Block, StoreReader } from '#store/contract.ts';
import { rowsOf } from '#store/native/row.ts';
import { type Stream, type StreamRow, selectStreams, toStream } from '../compile/stream.ts';
import { blockOf, blockOfLogs, rowsOfTable, streamIdsOf, timesOf } from './batch-block.ts';

/** Who follows: the streams that it wants, then the rows of a batch in which there is one of them. */
export interface FeedListener {
  readonly tenant: string;
  wants(stream: Stream): boolean;
  take(block: Block, streams: ReadonlyMap<bigint, Stream>): void;
  /** So many lines were not looked at. */
  miss(lines: number): void;
}

export interface LiveFeedDeps {
  readonly reader: StoreReader;
  /** Of lines that nobody got to see live. */
  readonly missed: Counter;
}

/** Streams that are remembered. */
const streamsMax = 50_000;
/** Batches that wait for the labels of their streams; what is over it is not shown live. */
const waitingBytesMax = 64 << 20;

export class LiveFeed {
  readonly #deps: LiveFeedDeps;
  readonly #listeners = new Set<FeedListener>();
  readonly #streams = new Lru<string, Stream>(streamsMax);
  #waitingBytes = 0;
  #tail: Promise<void> = Promise.resolve();

  constructor(deps: LiveFeedDeps) {
    this.#deps = deps;
  }

  listen(listener: FeedListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** To be called when the batch is committed. Never throws, and keeps the order of the calls. */
  publish(batch: Batch): void {
    const listeners = [...this.#listeners].filter(({ tenant }) => tenant === batch.tenant);
    if (listeners.length === 0 || batch.signal !== 'logs') return;
    if (this.#waitingBytes + batch.byteLength > waitingBytesMax) {
      this.#miss(listeners, batch.items);
      return;
    }
    this.#waitingBytes += batch.byteLength;
    this.#tail = this.#tail
      .then(() => this.#deliver(batch, listeners))
      .catch(() => this.#miss(listeners, batch.items))
      .finally(() => {
        this.#waitingBytes -= batch.byteLength;
      });
  }

  #miss(listeners: readonly FeedListener[], lines: number): void {
    this.#deps.missed.add(lines);
    for (const listener of listeners) listener.miss(lines);
  }

  async #deliver(batch: Batch, listeners: readonly FeedListener[]): Promise<void> {
    this.#learn(batch);
    for (const rows of rowsOfTable(batch, 'otel_logs')) {
      const ids = new Set(streamIdsOf(rows));
      const streams = await this.#streamsOf(batch.tenant, ids, rows);
      const wanted = listeners.flatMap((listener) => {
        const own = streams.filter((stream) => listener.wants(stream));
        return own.length === 0 ? [] : [{ listener, own }];
      });
      if (wanted.length === 0) continue;
      const block = blockOfLogs(rows);
      for (const { listener, own } of wanted) {
        try {
          listener.take(block, new Map(own.map((stream) => [stream.id, stream])));
        } catch {
          this.#miss([listener], block.rows);
        }
      }
    }
  }

  #learn(batch: Batch): void {
    for (const rows of rowsOfTable(batch, 'otel_log_streams')) {
      for (const row of rowsOf(blockOf(rows))) this.#remember(batch.tenant, row);
    }
  }

  #remember(tenant: string, row: object): Stream {
    const stream = toStream(row as StreamRow);
    this.#streams.set(keyOf(tenant, stream.id), stream);
    return stream;
  }

  /** Those that no batch has brought since somebody follows are asked for. */
  async #streamsOf(tenant: string, ids: ReadonlySet<bigint>, rows: TableRows): Promise<Stream[]> {
    const found: Stream[] = [];
    const unknown: bigint[] = [];
    for (const id of ids) {
      const stream = this.#streams.get(keyOf(tenant, id));
      if (stream) found.push(stream);
      else unknown.push(id);
    }
    if (unknown.length === 0) return found;
    const all = selectStreams({ tenant, ...rangeOf(timesOf(rows)) }, []);
    const where = and(all.where, isIn(column('stream_id'), unknown.map(literal)));
    const read = await this.#deps.reader.rows<StreamRow>({ ...all, where });
    return [...found, ...read.map((row) => this.#remember(tenant, row))];
  }
}

const keyOf = (tenant: string, id: bigint): string => `${id} ${tenant}`;

function rangeOf(times: BigInt64Array): { readonly fromNano: bigint; readonly toNano: bigint } {
  const sorted = times.toSorted();
  return { fromNano: sorted[0] as bigint, toNano: sorted.at(-1) as bigint };
}
