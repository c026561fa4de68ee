// What the rest of the program may know of the store. Writers see StoreWriter, readers StoreReader;
// nothing else of ClickHouse leaks.
import type { Batch } from '#model/batch.ts';
import type { Expr, Select } from '#sql/tree.ts';

/**
 * The write side.
 * - write resolves when every row of `batch` is committed (group commit: at most 200 ms of waiting,
 *   plus the engine's time); on a cluster in the shard that owns it.
 * - identities are committed before rows, so that no row ever names something unknown.
 * - It throws OperationError: `store_queue_full` (retryable, nothing taken) when too many bytes
 *   are waiting, `store_unavailable` (retryable) when the engine does not answer within the deadline,
 *   `store_rejected` (not retryable) when the engine refuses the rows.
 * - The batch is the store's from the call on; the caller must not change it.
 */
export interface StoreWriter {
  write(batch: Batch, signal?: AbortSignal): Promise<void>;
  /** Resolves when everything accepted before the call is committed and readable. */
  flush(): Promise<void>;
  /** Bytes and batches waiting or being inserted. */
  readonly queue: { readonly bytes: number; readonly bytesMax: number; readonly batches: number };
}

/** One block of an answer, columnar. Values of column `i` are `columns[i]`, all `rows` long. */
export interface Block {
  readonly rows: number;
  readonly names: readonly string[];
  readonly columns: readonly BlockColumn[];
}

/**
 * Values by engine type: (U)Int8…32, Float32/64 → typed array; (U)Int64, DateTime64 → BigInt64Array or
 * BigUint64Array; String and FixedString → string[] for String, Uint8Array[] for FixedString;
 * Array(T) → { offsets, values } (row i is values[offsets[i-1]..offsets[i]]); Map(K, V) →
 * { offsets, keys, values }; Nullable(T) → { nulls, values }; Tuple → BlockColumn[].
 */
export type BlockColumn =
  | readonly string[]
  | readonly Uint8Array[]
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array
  | { readonly offsets: Uint32Array; readonly values: BlockColumn }
  | { readonly offsets: Uint32Array; readonly keys: BlockColumn; readonly values: BlockColumn }
  | { readonly nulls: Uint8Array; readonly values: BlockColumn }
  | { readonly elements: readonly BlockColumn[] };

export interface ReadOptions {
  readonly signal?: AbortSignal;
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Over this many rows the read fails with InputError `limit_rows`; default `query.max_rows`. */
  readonly maxRows?: number;
  readonly timeoutMs?: number;
}

/**
 * The read side. `blocks` streams in constant memory; `rows` gathers plain objects (64-bit integers
 * as bigint, maps as Map<string, string>, FixedString as Uint8Array) and is for small answers.
 * Errors: InputError `limit_*` when the query costs more than allowed, OperationError
 * `store_unavailable` / `query_timeout` / `query_canceled`. A lost shard is `store_unavailable`:
 * never part of an answer for the whole.
 */
export interface StoreReader {
  blocks(select: Select, options?: ReadOptions): AsyncIterable<Block>;
  rows<Row = Record<string, unknown>>(select: Select, options?: ReadOptions): Promise<Row[]>;
}

export interface StoreStatus {
  readonly engine: 'embedded' | 'external';
  readonly isReady: boolean;
  readonly version: string;
  readonly pid: number | undefined;
  readonly restarts: number;
  readonly memoryBytesMax: number | undefined;
  readonly cluster: string | undefined;
  readonly schemaVersion: number;
}

/** What an administrator may do to what is stored. */
export interface StoreAdmin {
  /**
   * Everything that was accepted before the call is in it, even if it is not committed yet. Resolves
   * when the rows are gone; then caches of what is stored are told.
   */
  deleteSeries(deletion: SeriesDeletion): Promise<void>;
  /** As deleteSeries, for log records. */
  deleteLogs(deletion: LogDeletion): Promise<void>;
  /** Keeps the files of the metrics of this moment under a name. */
  snapshot(name: string): Promise<void>;
}

/** Samples of these series between two times, both included. */
export interface SeriesDeletion {
  readonly tenant: string;
  readonly series: readonly { readonly name: string; readonly id: bigint }[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** Log records of these streams, from one time up to another, that one included not. */
export interface LogDeletion {
  readonly tenant: string;
  readonly streams: readonly bigint[];
  readonly fromNano: bigint;
  readonly toNano: bigint;
  /** On rows of otel_logs. */
  readonly conditions: readonly Expr[];
  /** Just these; conditions mean nothing then. */
  readonly records?: readonly {
    readonly streamId: bigint;
    readonly timeNano: bigint;
    readonly recordHash: bigint;
  }[];
}

/**
 * When the samples of a tenant changed, for who remembers answers. An answer that was read after
 * `sequence` was looked at holds for all times before `earliestSince` of that sequence, and only these.
 */
export interface WriteLog {
  /** Grows with every commit. */
  readonly sequence: number;
  /** The time of the earliest sample that may have come since; Infinity: none. -Infinity: any may have gone. */
  earliestSince(tenant: string, sequence: number): number;
}

export interface Store {
  readonly writer: StoreWriter;
  /** Undefined when others may write into the engine, too. */
  readonly writes: WriteLog | undefined;
  readonly reader: StoreReader;
  readonly admin: StoreAdmin;
  status(): StoreStatus;
  /** Resident bytes of the engine process, when it is ours. */
  engineRssBytes(): number | undefined;
  stop(deadlineMs?: number): Promise<void>;
}
