// A ClickHouse cluster of two shards: two engine processes from the library that the embedded engine
// uses, each of which knows both. For tests of what `storage: URL?cluster=` promises.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findEngineLibrary } from '#store/driver/engine-library.ts';
import { type EngineProcess, freePort, startEngine } from '#store/driver/engine-process.ts';
import { askAt } from './ask-engine.ts';

export interface TestCluster {
  readonly storageUrl: string;
  /** URLs of the shards, with their credentials, for questions to one of them. */
  readonly shardUrls: readonly string[];
  kill(shard: number): Promise<void>;
  /** Starts a killed shard again, on the same ports and files. */
  restart(shard: number): Promise<void>;
  stop(): Promise<void>;
}

const clusterName = 'test_cluster';
const memoryBytesMax = 1 << 30;
const password = 'shard-password';

export async function startTestCluster(): Promise<TestCluster> {
  const root = await mkdtemp(join(tmpdir(), 'sightline-cluster-'));
  const ports = await Promise.all(
    [0, 1].map(async () => ({ http: await freePort(), tcp: await freePort() })),
  );
  const replica = ({ tcp }: { tcp: number }): string =>
    `<shard><replica><host>127.0.0.1</host><port>${tcp}</port>` +
    `<user>sightline</user><password>${password}</password></replica></shard>`;
  const extraXml =
    `<remote_servers><${clusterName}>${ports.map(replica).join('')}</${clusterName}>` +
    '</remote_servers>';
  const libraryPath = findEngineLibrary();
  const start = (shard: number): Promise<EngineProcess> =>
    startEngine({
      dir: join(root, `shard-${shard}`),
      libraryPath,
      memoryBytesMax,
      database: 'bootstrap',
      httpPort: ports[shard]?.http ?? 0,
      tcpPort: ports[shard]?.tcp ?? 0,
      password,
      extraXml,
    });
  const shards = await Promise.all([start(0), start(1)]);
  const urlOf = ({ http }: { http: number }): string =>
    `http://sightline:${password}@127.0.0.1:${http}/telemetry`;
  return {
    storageUrl: `${urlOf(ports[0] as { http: number })}?cluster=${clusterName}`,
    shardUrls: ports.map(urlOf),
    kill: async (shard) => {
      shards[shard]?.child.kill('SIGKILL');
      await shards[shard]?.ended;
    },
    restart: async (shard) => {
      shards[shard] = await start(shard);
    },
    stop: async () => {
      await Promise.all(shards.map((shard) => shard.stop(2000)));
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** The answer of one shard to any statement. */
export async function askShard(shardUrl: string, sql: string): Promise<string> {
  const { username, password: secret, port, pathname } = new URL(shardUrl);
  const database = pathname.slice(1);
  return askAt({ port: Number(port), user: username, password: secret, database }, sql);
}
