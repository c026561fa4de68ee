// One ClickHouse server over HTTP: the only user of @clickhouse/client. Statements in, streams and
// rows out; errors are already ours (engine-error.ts). Reads and writes have socket pools of their
// own, so that slow queries never keep inserts waiting.
import { Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { type Purpose, toStoreError } from './engine-error.ts';

export interface ConnectionTarget {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Settings that this server knows; others are not sent. Undefined: it knows all of ours. */
  readonly knownSettings?: ReadonlySet<string> | undefined;
}

export type EngineSettings = Readonly<Record<string, string | number>>;

export interface StatementOptions {
  /** Completes "cannot …" in errors. */
  readonly doing: string;
  readonly settings?: EngineSettings;
  readonly signal?: AbortSignal;
  readonly queryId?: string;
}

export interface Connection {
  /** Sends `chunks` as the body of an INSERT … FORMAT Native; resolves when committed. */
  insert(statement: string, chunks: Iterable<Uint8Array>, options: StatementOptions): Promise<void>;
  /** The answer in format Native. The caller must read it to its end or destroy it. */
  select(sql: string, options: StatementOptions): Promise<NativeAnswer>;
  /** Small answers for the store's own use. */
  objects<Row>(sql: string, options: StatementOptions): Promise<Row[]>;
  command(sql: string, options: StatementOptions): Promise<void>;
  /** Whether it answers, known within 5 s: a server that hangs takes connections, too. */
  ping(signal?: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}

export interface NativeAnswer {
  readonly stream: Readable;
  /** Marks an exception inside the stream, if the engine met one after it began to answer. */
  readonly exceptionTag: string | undefined;
}

const socketsMax = 32;
const pingMsMax = 5000;
/** The client's own limit on silence; limits of queries are the engine's (max_execution_time). */
const silenceMsMax = 600_000;

export function createConnection(target: ConnectionTarget): Connection {
  const pool = (): ClickHouseClient =>
    createClient({
      url: target.url,
      username: target.user,
      password: target.password,
      database: target.database,
      request_timeout: silenceMsMax,
      max_open_connections: socketsMax,
      compression: { request: false, response: false },
      keep_alive: { enabled: true, idle_socket_ttl: 2500, eagerly_destroy_stale_sockets: true },
      log: { level: ClickHouseLogLevel.OFF },
    });
  const optionsOf = (options: StatementOptions) => clientOptions(options, target.knownSettings);
  const clients = { read: pool(), write: pool() };
  const run = async <T>(purpose: Purpose, doing: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw toStoreError(error, purpose, doing);
    }
  };
  return {
    insert: (statement, chunks, options) =>
      run('write', options.doing, async () => {
        const { stream } = await clients.write.exec({
          query: statement,
          values: Readable.from(chunks, { objectMode: false, highWaterMark: 1 << 20 }),
          ...optionsOf(options),
        });
        await drain(stream);
      }),
    select: (sql, options) =>
      run('read', options.doing, async () => {
        const answer = await clients.read.exec({
          query: `${sql}\nFORMAT Native`,
          ...optionsOf(options),
        });
        const tag = answer.response_headers['x-clickhouse-exception-tag'];
        return { stream: answer.stream, exceptionTag: typeof tag === 'string' ? tag : undefined };
      }),
    objects: (sql, options) =>
      run('read', options.doing, async () => {
        const answer = await clients.read.query({
          query: sql,
          format: 'JSONEachRow',
          ...optionsOf(options),
        });
        return answer.json();
      }),
    command: (sql, options) =>
      run('write', options.doing, async () => {
        await clients.write.command({ query: sql, ...optionsOf(options) });
      }),
    ping: async (signal) => {
      if (signal?.aborted) return false;
      const late = AbortSignal.timeout(pingMsMax);
      const abort_signal = signal ? AbortSignal.any([signal, late]) : late;
      // Beside the writes, of which few run: many slow queries are no sign of a server that hangs.
      return (await clients.write.ping({ select: true, abort_signal })).success;
    },
    close: async () => {
      await Promise.all([clients.read.close(), clients.write.close()]);
    },
  };
}

function clientOptions(options: StatementOptions, known: ReadonlySet<string> | undefined) {
  const settings = Object.entries(options.settings ?? {});
  return {
    clickhouse_settings: Object.fromEntries(settings.filter(([name]) => known?.has(name) ?? true)),
    ...(options.signal ? { abort_signal: options.signal } : {}),
    ...(options.queryId ? { query_id: options.queryId } : {}),
  };
}

async function drain(stream: Readable): Promise<void> {
  for await (const chunk of stream) void chunk;
}
