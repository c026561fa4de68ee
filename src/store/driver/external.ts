// A ClickHouse of the user's own: `http(s)://user:pass@host:8123/database?cluster=name`.
import { messageOf, OperationError } from '#lib/errors.ts';
import { type ClusterTopology, readTopology } from './cluster.ts';
import { type Connection, createConnection } from './connection.ts';
import { type Driver, onCluster } from './driver.ts';
import { watchConnection } from './watch.ts';

export interface StorageTarget {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly cluster: string | undefined;
}

const identifier = /^[A-Za-z_]\w*$/;

/** Throws `store_url` with what is wrong with it. */
export function parseStorageUrl(text: string): StorageTarget {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw urlError('it is no URL', cause);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw urlError(`its scheme is ${url.protocol.slice(0, -1)}, expected http or https`);
  }
  const database = decodeURIComponent(url.pathname.slice(1)) || 'sightline';
  const cluster = url.searchParams.get('cluster') || undefined;
  if (!identifier.test(database)) throw urlError(`'${database}' is no name of a database`);
  if (cluster !== undefined && !identifier.test(cluster)) {
    throw urlError(`'${cluster}' is no name of a cluster`);
  }
  const unknown = [...url.searchParams.keys()].find((key) => key !== 'cluster');
  if (unknown !== undefined) throw urlError(`it has an unknown parameter '${unknown}'`);
  return {
    url: url.origin,
    user: decodeURIComponent(url.username) || 'default',
    password: decodeURIComponent(url.password),
    database,
    cluster,
  };
}

export async function openExternal(storageUrl: string): Promise<Driver> {
  const target = parseStorageUrl(storageUrl);
  const doing = `open the storage at ${target.url}`;
  const bootstrap = createConnection({ ...target, database: 'system' });
  const opened: Connection[] = [bootstrap];
  try {
    const rows = await bootstrap.objects<{ v: string }>('SELECT version() AS v', { doing });
    const topology = await topologyOf(bootstrap, target);
    const layout = {
      database: target.database,
      cluster: target.cluster,
      isReplicated: topology.isReplicated,
      isOnCluster: topology.hasKeeper && target.cluster !== undefined,
    };
    const create = `CREATE DATABASE IF NOT EXISTS ${target.database}${onCluster(layout)}`;
    const urls = layout.isOnCluster ? [target.url] : topology.serverUrls;
    for (const url of urls) {
      const server = createConnection({ ...target, url, database: 'system' });
      await server.command(create, { doing }).finally(() => server.close());
    }
    // Some of our settings are younger than some servers; all of them only make things faster or safer.
    const settings = await bootstrap.objects<{ name: string }>('SELECT name FROM settings', {
      doing,
    });
    const knownSettings = new Set(settings.map(({ name }) => name));
    const connection = createConnection({ ...target, knownSettings });
    const servers = layout.isOnCluster
      ? [connection]
      : topology.serverUrls.map((url) => createConnection({ ...target, url, knownSettings }));
    opened.push(connection, ...servers);
    const watch = watchConnection(connection);
    let isStopping = false;
    return {
      kind: 'external',
      layout,
      version: rows[0]?.v ?? '',
      connection: async () => connection,
      schemaConnections: async () => servers,
      get isReady() {
        return watch.isAnswering && !isStopping;
      },
      get isStopping() {
        return isStopping;
      },
      pid: undefined,
      restarts: 0,
      memoryBytesMax: undefined,
      rssBytes: () => undefined,
      stop: async () => {
        isStopping = true;
        watch.stop();
        await closeAll(opened);
      },
    };
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

async function topologyOf(
  connection: Connection,
  { cluster, url }: StorageTarget,
): Promise<ClusterTopology> {
  if (cluster === undefined) return { hasKeeper: false, isReplicated: false, serverUrls: [url] };
  return readTopology(connection, cluster, url.startsWith('https:') ? 'https:' : 'http:');
}

const closeAll = async (connections: readonly Connection[]): Promise<void> => {
  await Promise.all(connections.map((connection) => connection.close()));
};

const urlError = (why: string, cause?: unknown): OperationError =>
  new OperationError(
    'store_url',
    `cannot use the storage URL: ${why}${cause === undefined ? '' : ` (${messageOf(cause)})`}; ` +
      'write storage as http(s)://user:pass@host:8123/database?cluster=name',
    { retryable: false, cause },
  );
