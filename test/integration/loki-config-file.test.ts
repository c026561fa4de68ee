// A Loki configuration in the running program: what it limits is limited, what is written for our own keys
// wins, and what means nothing is said once.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';

let folder: string;
let sightline: Sightline;
const log: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-loki-config-'));
  const file = join(folder, 'loki.yml');
  await writeFile(
    file,
    `
auth_enabled: true
server: {http_listen_port: 3100, grpc_listen_port: 9096}
schema_config: {configs: [{from: 2024-01-01, store: tsdb}]}
compactor: {retention_enabled: true, delete_request_store: filesystem}
limits_config:
  retention_period: 48h
  reject_old_samples_max_age: 1h
  max_label_names_per_series: 3
  max_line_size: 1KB
  max_entries_limit_per_query: 7
  ingestion_rate_mb: 0.01
  ingestion_burst_size_mb: 0.05
`,
  );
  sightline = await startSightline({
    dataDir: join(folder, 'data'),
    config: {
      internal_telemetry: { enabled: false },
      compat: { strict: true },
      loki: { config_file: file, max_line_size: '2KiB' },
    },
    log: (line) => log.push(line),
  });
}, 60_000);
afterAll(async () => {
  await sightline.stop();
  await rm(folder, { recursive: true });
});

const loki = (path: string): string => `http://127.0.0.1:${sightline.ports.loki}${path}`;

async function push(
  tenant: string,
  values: readonly (readonly [string, string])[],
  stream: Record<string, string> = { app: 'a' },
): Promise<[number, string]> {
  const response = await fetch(loki('/loki/api/v1/push'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'X-Scope-OrgID': tenant },
    body: JSON.stringify({ streams: [{ stream, values }] }),
  });
  return [response.status, await response.text()];
}

const nano = (agoMs: number): string => `${Date.now() - agoMs}000000`;

it('refuses what the file refuses, in the words of Loki', async () => {
  expect(await push('a', [[nano(0), 'x'.repeat(1500)]])).toEqual([204, '']);
  expect(await push('a', [[nano(0), 'x'.repeat(2100)]])).toEqual([
    400,
    expect.stringContaining("max entry size '2048' bytes"),
  ]);
  expect(await push('a', [[nano(2 * 3_600_000), 'old']])).toEqual([
    400,
    expect.stringContaining('has timestamp too old'),
  ]);
  expect(await push('a', [[nano(0), 'x']], { a: '1', b: '2', c: '3', d: '4' })).toEqual([
    400,
    expect.stringContaining('has 4 label names; limit 3'),
  ]);
});

it('limits the rate of each tenant, and counts what it discards', async () => {
  const lines = Array.from({ length: 40 }, (_, i) => [nano(i), 'y'.repeat(1000)] as const);
  expect((await push('b', lines))[0]).toBe(204);
  expect(await push('b', lines)).toEqual([
    429,
    expect.stringContaining('ingestion rate limit exceeded for user b (limit: 10485 bytes/sec)'),
  ]);
  expect((await push('c', lines))[0]).toBe(204);
  const metrics = await fetch(`http://127.0.0.1:${sightline.ports.metrics}/metrics`);
  expect(await metrics.text()).toMatch(
    /loki_discarded_samples_total\{(tenant="b",reason="rate_limited"|reason="rate_limited",tenant="b")\} 40/,
  );
});

it('counts what comes by OTLP at the same port to the same share', async () => {
  const exported = (tenant: string, count: number) =>
    fetch(loki('/otlp/v1/logs'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'X-Scope-OrgID': tenant },
      body: JSON.stringify({
        resourceLogs: [
          {
            scopeLogs: [
              {
                logRecords: Array.from({ length: count }, (_, i) => ({
                  timeUnixNano: nano(i),
                  body: { stringValue: 'z'.repeat(1000) },
                })),
              },
            ],
          },
        ],
      }),
    });
  expect((await exported('o', 40)).status).toBe(204);
  const refused = await exported('o', 40);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).not.toBeNull();
  expect(await refused.text()).toContain('ingestion rate limit exceeded for user o');
  const lines = Array.from({ length: 40 }, (_, i) => [nano(i), 'y'.repeat(1000)] as const);
  expect((await push('o', lines))[0]).toBe(429);
  expect((await exported('p', 40)).status).toBe(204);
});

it('has the limits of queries, tenants and deletion', async () => {
  const ask = (limit: number, tenant: string) =>
    fetch(loki(`/loki/api/v1/query_range?query={app="a"}&limit=${limit}`), {
      headers: { 'X-Scope-OrgID': tenant },
    });
  const refused = await ask(8, 'b');
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('8 > 7');
  const { data } = (await (await ask(7, 'b')).json()) as {
    data: { result: { values: unknown[] }[] };
  };
  expect(data.result.flatMap(({ values }) => values)).toHaveLength(7);
  const other = (await (await ask(7, 'nobody')).json()) as { data: { result: unknown[] } };
  expect(other.data.result).toEqual([]);
  expect((await fetch(loki('/loki/api/v1/delete'))).status).toBe(200);
});

it('says once what means nothing', () => {
  const said = log.filter((line) => line.includes('mean nothing here'));
  expect(said).toHaveLength(1);
  for (const key of [
    'schema_config',
    'server.grpc_listen_port',
    'compactor.delete_request_store',
  ]) {
    expect(said[0]).toContain(key);
  }
});

it('does not start on a file with mistakes', async () => {
  const file = join(folder, 'bad.yml');
  await writeFile(file, 'auth_enabled: yes please\nlimit_config: {}\n');
  const starting = startSightline({ config: { loki: { config_file: file } } });
  await expect(starting).rejects.toThrow(
    /bad\.yml:2:1: limit_config: .*\n.*bad\.yml:1:15: auth_enabled/,
  );
});
