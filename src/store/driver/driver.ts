// What the rest of the store asks of an engine, embedded or not.
import type { Connection } from './connection.ts';

export interface EngineTopology {
  /** The cluster's name, when the tables are to lie on several servers. */
  readonly cluster: string | undefined;
}

export interface Driver extends EngineTopology {
  readonly kind: 'embedded' | 'external';
  readonly database: string;
  /** Waits while the engine restarts, for up to `waitMs`; then throws `store_unavailable`. */
  connection(waitMs?: number): Promise<Connection>;
  readonly isReady: boolean;
  readonly version: string;
  readonly pid: number | undefined;
  readonly restarts: number;
  readonly memoryBytesMax: number | undefined;
  rssBytes(): number | undefined;
  stop(deadlineMs: number): Promise<void>;
}
