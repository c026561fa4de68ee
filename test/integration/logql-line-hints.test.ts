// Filters behind parsers, on lines that say the wanted value in unusual ways: what the engine leaves out
// beforehand changes no answer.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { IdentityCache } from '#model/identity.ts';
import { createLogqlEngine } from '#query/logql/engine.ts';
import { defaultLogqlLimits } from '#query/logql/limits.ts';
import type { PushDown } from '#query/logql/plan/plan.ts';
import { lokiPushRoutes } from '#receiver/loki/push.ts';
import { startTestStore, type TestStore } from '../lib/engine.ts';
import { ask } from '../lib/loki.ts';

const startMs = Date.UTC(2026, 10, 1);
const startNano = BigInt(startMs) * 1_000_000n;
let store: TestStore;

const lines = [
  '{"status":500,"level":"error"}',
  '{"status":"500","level":"info"}',
  '{"status":"5\\u00300","level":"\\u0065rror"}',
  '{"status":5e2,"level":"err\\u006fr"}',
  '{"status":404,"level":"info","msg":"500 error"}',
  '{"a":{"status":500},"level":""}',
  '{"status":"a b","note":"x\\/y"}',
  '{"status":500',
  '{"status":"a\ufffdb","level":"error',
  'status=500 level=error',
  'status="5\\u00300" level="err\\u006fr"',
  'msg="level=error" status=a"b" level=info',
  'status="a b" level=',
  'x status=500, {"level":"error"} level=error',
  '50%_\\ 500 error',
  'plain 500',
  '',
];

beforeAll(async () => {
  store = await startTestStore();
  const routes = lokiPushRoutes({
    consumer: {
      consume: async (batch) => {
        await store.store.writer.write(batch);
        batch.committed?.();
        return { accepted: batch.items, rejected: undefined };
      },
    },
    clock: createManualClock(startMs + 3_600_000),
    identities: new IdentityCache(),
    meter: createMeter(),
    limits: {
      ageMsMax: undefined,
      futureMsMax: undefined,
      attributeBytesMax: 1 << 20,
      bodyBytesMax: 1 << 26,
    },
  });
  const valuesOf = (metadata: object) =>
    lines.map((line, i) => [String(startNano + BigInt(i) * 1_000_000_000n), line, metadata]);
  const streams = [
    { stream: { app: 'plain' }, values: valuesOf({}) },
    { stream: { app: 'labelled', level: 'error', status: '500' }, values: valuesOf({}) },
    { stream: { app: 'said' }, values: valuesOf({ level: 'error', status: '500' }) },
  ];
  const body = JSON.stringify({ streams });
  const headers = { 'Content-Type': 'application/json' };
  const { status } = await ask(routes, 'POST', '/loki/api/v1/push', { body, headers });
  expect(status).toBe(204);
}, 60_000);

afterAll(() => store?.stop());

const parsers = [
  'json',
  'logfmt',
  'json | logfmt',
  'logfmt | json',
  'json status="status", level="level"',
  'logfmt level="status", status',
  'pattern "<level>=<status> <_>"',
  'regexp "(?P<status>[0-9]+).*(?P<level>error)"',
  'json | label_format level=status',
  'unpack',
  'json | line_format "{{.level}} 500" | logfmt',
  'drop level | json',
];

const filters = [
  'status="500"',
  'level="error"',
  'level="error" and status="500"',
  'level="error" or status="a b"',
  'status="a b"',
  'status=500',
  'level!="error"',
  'level_extracted="error"',
  'msg="level=error"',
  'status=~"5.." | level="info"',
  'level="" | status="500"',
  'note="x/y"',
];

async function answer(query: string, pushDown: PushDown) {
  const { reader } = store.store;
  const limits = defaultLogqlLimits;
  const engine = createLogqlEngine({ reader, limits, pushDown, isStrict: false });
  const range = { startNano, endNano: startNano + 60_000_000_000n, stepNano: 60_000_000_000n };
  const asked = { tenant: '', limit: 1000, direction: 'forward' as const, intervalNano: 0n };
  const result = await engine.queryRange(query, { ...asked, ...range });
  return result.kind === 'streams' ? result.entries : result;
}

const words = ['|~ "plain|status"', '|~ "(?:50%_|a b)"', '!~ "(status|error)"'];
const expressions = ['|~ "(?i)PLAIN|STATUS"', '|~ "5.0|plain"', '!~ "status|"', '|~ "a b|x/y"'];

it.each([...words, ...expressions])('%s', async (filter) => {
  const query = `{app=~".+"} ${filter}`;
  expect(await answer(query, 'auto')).toEqual(await answer(query, 'never'));
});

it.each(parsers)('| %s', async (parser) => {
  let found = 0;
  for (const filter of filters) {
    const query = `{app=~".+"} | ${parser} | ${filter}`;
    const expected = await answer(query, 'never');
    expect([query, await answer(query, 'auto')]).toEqual([query, expected]);
    if (Array.isArray(expected)) found += expected.length;
  }
  expect(found).toBeGreaterThan(0);
});
