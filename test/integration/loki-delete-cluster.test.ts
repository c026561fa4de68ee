// Lines are deleted on every shard of a cluster, and streams that still have lines stay.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodePushJson } from '#codec/loki-push/decode.ts';
import { createMeter } from '#internal-telemetry/meter.ts';
import { silentLogger } from '#lib/log.ts';
import { IdentityCache } from '#model/identity.ts';
import { createLogCatalog } from '#query/logql/catalog.ts';
import { deleteLines } from '#query/logql/delete/delete-lines.ts';
import { createLogqlEngine } from '#query/logql/engine.ts';
import { defaultLogqlLimits } from '#query/logql/limits.ts';
import type { Store } from '#store/contract.ts';
import { openStore } from '#store/open-store.ts';
import { startTestCluster, type TestCluster } from '../lib/cluster.ts';

const second = 1_700_000_000n;
const nano = (s: bigint): bigint => (second + s) * 1_000_000_000n;
const signal = new AbortController().signal;
const identities = new IdentityCache();
let cluster: TestCluster;
let store: Store;

beforeAll(async () => {
  cluster = await startTestCluster();
  store = await openStore(
    { storageUrl: cluster.storageUrl, commitIntervalMs: 10 },
    { logger: silentLogger, meter: createMeter(), onDeleted: () => identities.clear() },
  );
  const streams = Array.from({ length: 20 }, (_, pod) => ({
    stream: { app: 'x', pod: String(pod) },
    values: [
      [String(nano(1n)), 'a'],
      [String(nano(2n)), '{"k":"b"}'],
      [String(nano(3n)), 'c'],
    ],
  }));
  for (const tenant of ['t', 'other']) {
    const context = {
      tenant,
      minUnixNano: undefined,
      maxUnixNano: undefined,
      lineBytesMax: 1000,
      identities,
    };
    const body = new TextEncoder().encode(JSON.stringify({ streams }));
    await store.writer.write(decodePushJson(body, context).batch);
  }
  await store.writer.flush();
});
afterAll(async () => {
  await store?.stop();
  await cluster?.stop();
});

const window = (tenant: string) => ({ tenant, fromNano: nano(0n), toNano: nano(10n) });

async function left(tenant: string): Promise<{ lines: Record<string, number>; streams: number }> {
  const engine = createLogqlEngine({
    reader: store.reader,
    limits: defaultLogqlLimits,
    pushDown: 'auto',
    isStrict: false,
  });
  const result = await engine.queryRange('{app="x"}', {
    tenant,
    startNano: nano(0n),
    endNano: nano(10n),
    limit: 1000,
    direction: 'forward',
    stepNano: 1_000_000_000n,
    intervalNano: 0n,
  });
  const lines: Record<string, number> = {};
  for (const { line } of result.kind === 'streams' ? result.entries : []) {
    lines[line] = (lines[line] ?? 0) + 1;
  }
  const catalog = createLogCatalog({ reader: store.reader, isStrict: false });
  return { lines, streams: (await catalog.series(window(tenant), [])).length };
}

const remove = (query: string) =>
  deleteLines(
    { reader: store.reader, admin: store.admin, isStrict: false },
    { tenant: 't', query, fromNano: nano(0n), toNano: nano(10n) },
    signal,
  );

it('deletes on all shards, for one tenant, and keeps the streams of what is left', async () => {
  await remove('{app="x"} |= "a"');
  expect(await left('t')).toEqual({ lines: { '{"k":"b"}': 20, c: 20 }, streams: 20 });
  await remove('{app="x"} | json | line_format "{{.k}}" |= "b"');
  expect(await left('t')).toEqual({ lines: { c: 20 }, streams: 20 });
  await remove('{app="x", pod=~"1."}');
  expect(await left('t')).toEqual({ lines: { c: 10 }, streams: 10 });
  await remove('{app="x"}');
  expect(await left('t')).toEqual({ lines: {}, streams: 0 });
  expect(await left('other')).toEqual({
    lines: { a: 20, '{"k":"b"}': 20, c: 20 },
    streams: 20,
  });
}, 120_000);
