// What the rest of the store asks of an engine, embedded or not.
import type { Connection } from './connection.ts';

/** Where the tables lie. */
export interface TableLayout {
  readonly database: string;
  /** Name of the cluster, when they lie on several servers. */
  readonly cluster: string | undefined;
  readonly isReplicated: boolean;
  /** Schema changes go to one server, which tells the others: ON CLUSTER. Needs a Keeper. */
  readonly isOnCluster: boolean;
}

export interface Driver {
  readonly kind: 'embedded' | 'external';
  readonly layout: TableLayout;
  /** Waits while the engine restarts, for up to `waitMs`; then throws `store_unavailable`. */
  connection(waitMs?: number): Promise<Connection>;
  /** The servers that schema changes must be sent to: one, or all of a cluster without Keeper. */
  schemaConnections(): Promise<readonly Connection[]>;
  readonly isReady: boolean;
  /** From the call of `stop` on: nothing is worth another try. */
  readonly isStopping: boolean;
  readonly version: string;
  readonly pid: number | undefined;
  readonly restarts: number;
  readonly memoryBytesMax: number | undefined;
  rssBytes(): number | undefined;
  stop(deadlineMs: number): Promise<void>;
}

/** The name of the table that holds the rows themselves. */
export const localTable = (name: string, { cluster }: TableLayout): string =>
  cluster === undefined ? name : `${name}_local`;

/** ` ON CLUSTER name` where the cluster spreads schema changes itself, else nothing. */
export const onCluster = ({ isOnCluster, cluster }: TableLayout): string =>
  isOnCluster ? ` ON CLUSTER ${cluster}` : '';
