// A batch: what travels on the write line, from a decoder to the store. Columnar and opaque: its
// rows lie in columns named like the tables of the store; nobody between reads single rows unless
// a processor asks for it. Frozen once handed over: no one writes to it afterwards.
import type { Column } from './column.ts';

export type Signal = 'traces' | 'metrics' | 'logs';

/** Rows for one table; every column has the same number of rows; `tenant` is added on writing. */
export interface TableRows {
  readonly table: TableName;
  readonly columns: Readonly<Record<string, Column>>;
}

export type TableName =
  | 'otel_scopes'
  | 'otel_spans'
  | 'otel_edge_halves'
  | 'otel_log_streams'
  | 'otel_logs'
  | 'otel_series'
  | 'otel_samples'
  | 'otel_sample_starts'
  | 'otel_delta_samples'
  | 'otel_histograms'
  | 'otel_exemplars'
  | 'otel_metric_metadata';

export interface Batch<S extends Signal = Signal> {
  readonly signal: S;
  readonly tenant: string;
  /** Spans, log records or data points: what the protocol counts. */
  readonly items: number;
  /** Rows that name others (scopes, streams, series, metadata): committed before `rows`. */
  readonly identities: readonly TableRows[];
  readonly rows: readonly TableRows[];
  /** Of traces: where runs of rows of otel_spans came from, in order. For connectors. */
  readonly origins?: readonly OriginRun[];
  /** Of traces: bytes of the span of each row of otel_spans, as OTLP protobuf. For connectors. */
  readonly spanBytes?: Uint32Array;
  /** Bytes held, for bounds. */
  readonly byteLength: number;
  /** Called once, after every row is committed; lets identity caches forget to send again. */
  readonly committed?: () => void;
}

/** Consecutive rows that have one resource. Runs of the same resource may share the map. */
export interface OriginRun {
  /** The row after the last of the run. */
  readonly endRow: number;
  /** By name; values are stored attributes (attribute.ts). */
  readonly resourceAttributes: ReadonlyMap<string, string>;
}

/** The number of rows in one table's share of a batch. */
export function rowCount(rows: TableRows): number {
  for (const name in rows.columns) return (rows.columns[name] as Column).rows;
  return 0;
}

/** What the items of a batch were refused for; partial success is a value, not an exception. */
export interface Rejection {
  readonly count: number;
  /** One sentence for the sender: what was wrong with the first of them. */
  readonly message: string;
  /** How many by reason, for our own metrics; reasons are few and fixed. */
  readonly reasons?: ReadonlyMap<string, number>;
}

/** What the tables hold, with what their buffers have grown ahead: a small batch is mostly that. */
export function heldBytes(tables: readonly TableRows[]): number {
  let size = 0;
  for (const { columns } of tables) {
    for (const name in columns) size += heldBytesOf(columns[name] as Column);
  }
  return size;
}

/** Resident beside the bytes: an object, its buffer and view (measured on Node 20). */
const columnOverheadBytes = 1000;

function heldBytesOf(column: Column): number {
  if (column.kind !== 'array') return columnOverheadBytes + column.data.bytes.length;
  let size = columnOverheadBytes + column.lengths.bytes.length;
  for (const element of column.elements) size += heldBytesOf(element);
  return size;
}
