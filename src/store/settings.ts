// What the store is told to do. Everything but the place of the data has a default, given here.
import type { Signal } from '#model/batch.ts';

export interface StoreSettings {
  /** Folder of the embedded engine; used unless `storageUrl` is given. */
  readonly dataDir?: string;
  /** `http(s)://user:pass@host:8123/database?cluster=name`. */
  readonly storageUrl?: string;
  /** Cap of the embedded engine; default the smaller of 40 % of RAM and 4 GiB. */
  readonly memoryBytesMax?: number;
  /** The engine host as a script; default: the one beside this program. */
  readonly engineHostPath?: string;
  /** A batch waits at most this long for others before its insert starts. Default 100, max. 200. */
  readonly commitIntervalMs?: number;
  /**
   * With this many waiting bytes of one signal an insert starts as soon as no more come for 10 ms, with
   * four times as many at once. Default 448 KiB.
   */
  readonly commitBytes?: number;
  /** Bytes that may wait or be on their way to the engine. Default 256 MiB. */
  readonly queueBytesMax?: number;
  /** A write is tried again for this long before it fails. Default 30 s. */
  readonly writeDeadlineMs?: number;
  readonly query?: Partial<QueryLimits>;
  readonly retention?: RetentionSettings;
}

export interface QueryLimits {
  /** `query.timeout`; default 2 min. */
  readonly timeoutMs: number;
  /** `query.max_memory`; default 2 GiB, at most 60 % of the engine's. */
  readonly memoryBytesMax: number;
  /** `query.max_rows`: rows of an answer; default 50 million. */
  readonly rowsMax: number;
}

/** Ages by signal; undefined keeps forever. */
export interface SignalAges {
  readonly metricsMs?: number | undefined;
  readonly logsMs?: number | undefined;
  readonly tracesMs?: number | undefined;
}

export interface RetentionSettings extends SignalAges {
  /** Shorter or longer ages of single tenants. */
  readonly tenants?: Readonly<Record<string, SignalAges>>;
  /** Bytes on disk per signal over which the oldest days go. */
  readonly maxBytes?: Partial<Readonly<Record<Signal, number>>>;
  /** How often expired days are looked for; default 10 min. */
  readonly checkIntervalMs?: number;
}

export const defaultQueryLimits: QueryLimits = {
  timeoutMs: 120_000,
  memoryBytesMax: 2 * 2 ** 30,
  rowsMax: 50_000_000,
};

export const writeDefaults = {
  commitIntervalMs: 100,
  commitIntervalMsMax: 200,
  commitBytes: 7 << 16,
  queueBytesMax: 256 << 20,
  writeDeadlineMs: 30_000,
} as const;
