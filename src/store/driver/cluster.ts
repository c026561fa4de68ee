// What a cluster is made of, as one of its servers tells it: how to reach every server for schema
// changes, and whether it replicates. With a Keeper the cluster runs them itself (ON CLUSTER);
// without, every shard is one server, and each is told by us.
import { OperationError } from '#lib/errors.ts';
import { print } from '#sql/print.ts';
import { as, call, column, eq, literal, table } from '#sql/tree.ts';
import type { Connection } from './connection.ts';

export interface ClusterTopology {
  readonly hasKeeper: boolean;
  readonly isReplicated: boolean;
  /** URLs of every shard's server; only without a Keeper. */
  readonly serverUrls: readonly string[];
}

interface ServerRow {
  readonly shard: number;
  readonly replica: number;
  readonly host: string;
}

const doing = 'read the topology of the cluster';

export async function readTopology(
  connection: Connection,
  cluster: string,
  protocol: 'http:' | 'https:',
): Promise<ClusterTopology> {
  const servers = await connection.objects<ServerRow>(
    print({
      columns: [
        as(column('shard_num'), 'shard'),
        as(column('replica_num'), 'replica'),
        as(column('host_name'), 'host'),
      ],
      from: table('clusters'),
      where: eq(column('cluster'), literal(cluster)),
    }),
    { doing },
  );
  if (servers.length === 0) throw topologyError(cluster, 'the server knows no such cluster');
  const hasReplicas = servers.some(({ replica }) => replica > 1);
  if (await hasKeeperConnection(connection)) {
    if (hasReplicas) await checkMacros(connection, cluster);
    return { hasKeeper: true, isReplicated: hasReplicas, serverUrls: [] };
  }
  if (hasReplicas) throw topologyError(cluster, 'it has replicas but no Keeper to replicate with');
  const ports = await httpPorts(connection, cluster, protocol);
  const serverUrls = servers.map(({ shard, host }) => {
    const port = ports.get(shard);
    if (!port) throw topologyError(cluster, `shard ${shard} (${host}) has no port for ${protocol}`);
    return `${protocol}//${host.includes(':') ? `[${host}]` : host}:${port}`;
  });
  return { hasKeeper: false, isReplicated: false, serverUrls };
}

async function hasKeeperConnection(connection: Connection): Promise<boolean> {
  const sql = print({
    columns: [as(call('count'), 'n')],
    from: table('tables'),
    where: eq(call('concat', column('database'), literal('.'), column('name')), literal(keeper)),
  });
  const [row] = await connection.objects<{ n: number }>(sql, { doing });
  if (!row || Number(row.n) === 0) return false;
  const connections = print({
    columns: [as(call('count'), 'n')],
    from: table('zookeeper_connection'),
  });
  const [found] = await connection.objects<{ n: number }>(connections, { doing });
  return Number(found?.n ?? 0) > 0;
}

const keeper = 'system.zookeeper_connection';

async function checkMacros(connection: Connection, cluster: string): Promise<void> {
  const sql = print({ columns: [{ expr: column('macro') }], from: table('macros') });
  const macros = await connection.objects<{ macro: string }>(sql, { doing });
  for (const needed of ['shard', 'replica']) {
    if (!macros.some(({ macro }) => macro === needed)) {
      throw topologyError(cluster, `its servers have no macro {${needed}}, which replicas need`);
    }
  }
}

async function httpPorts(
  connection: Connection,
  cluster: string,
  protocol: 'http:' | 'https:',
): Promise<Map<number, number>> {
  const name = protocol === 'https:' ? 'https_port' : 'http_port';
  // The name of a cluster is a plain identifier (external.ts).
  const sql =
    `SELECT toUInt32(_shard_num) AS shard, getServerPort('${name}') AS port ` +
    `FROM cluster(${cluster}, system.one)`;
  const rows = await connection.objects<{ shard: number; port: number }>(sql, { doing });
  return new Map(rows.map(({ shard, port }) => [shard, port]));
}

const topologyError = (cluster: string, why: string): OperationError =>
  new OperationError(
    'store_url',
    `cannot use the cluster '${cluster}': ${why}; correct ?cluster= in storage, or the ` +
      'remote_servers, keeper and macros in the configuration of ClickHouse',
    { retryable: false },
  );
