// What collected log lines are between a source (a file, syslog, the journal …) and the store. One
// object per line is right here: what is collected by one machine is some thousand lines per second;
// what is pushed takes the columns of `codec/` instead.

/**
 * The sender's proof: a source may forget a line (move its position in a file on) only when nobody
 * holds its receipt any longer. Every holder releases what it held, once: a write after the commit, a
 * stage that drops the line, a stage that joins two lines and lets go of neither until the joined line
 * is written.
 */
export interface Receipt {
  hold(): void;
  release(): void;
}

/** Of a source that remembers no position. */
export const noReceipt: Receipt = { hold: () => {}, release: () => {} };

/** A line on its way. It belongs to whoever has it, who may change it; it is in one place at a time. */
export interface CollectedEntry {
  /** Names that begin with `__` are for relabelling and are left out where the entry is written. */
  labels: Map<string, string>;
  timeNano: bigint;
  line: string;
  /** Structured metadata. */
  metadata: [name: string, value: string][];
  /** Whose it is, when a stage has said so. */
  tenant: string | undefined;
  /** Held once for this entry. */
  readonly receipt: Receipt;
}

/**
 * Takes entries. `write` resolves when the next ones may come: waiting for it is the backpressure. It
 * says nothing about the commit, which receipts tell. It never rejects: what can never be taken is
 * counted, logged and released; what cannot be taken now is tried again until the program stops, and
 * then stays unreleased.
 */
export interface EntrySink {
  write(entries: readonly CollectedEntry[]): Promise<void>;
}

/** A node between sinks. */
export interface EntryNode extends EntrySink {
  /** Hands on what it still holds (a half-read multi-line), then resolves. */
  stop(): Promise<void>;
}

/** Where sources remember how far they have read. */
export interface PositionStore {
  get(key: string): SourcePosition | undefined;
  /** Kept now, on disk soon; the last one counts. */
  set(key: string, position: SourcePosition): void;
  delete(key: string): void;
  /** What is known under keys that begin so. */
  list(prefix: string): readonly (readonly [key: string, position: SourcePosition])[];
  /** What was set is the operating system's when it returns: it outlives `kill -9`, not a power cut. */
  save(): void;
  /** On disk when it resolves. */
  flush(): Promise<void>;
}

export interface SourcePosition {
  /** Bytes read and committed; of the decompressed text for a compressed file. */
  readonly offset: number;
  /** Says which file it was: device and inode, and a hash of its first bytes. Empty: any. */
  readonly identity: string;
  /** A cursor of a source that counts no bytes (the journal); whatever else a source needs in order to
   * go on as if nothing had happened; else ''. */
  readonly cursor: string;
}
