// Counts by level without reading lines: what was known of lines when they came in gives the same
// answers as parsing each of them, for lines of all kinds, and for errors. Everything is written twice.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lokiRoutes } from '#api/loki/index.ts';
import { decodeLogs } from '#codec/otlp/decode.ts';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import type { Batch } from '#model/batch.ts';
import { IdentityCache } from '#model/identity.ts';
import { createLogCatalog } from '#query/logql/catalog.ts';
import { createLogqlEngine } from '#query/logql/engine.ts';
import { defaultLogqlLimits } from '#query/logql/limits.ts';
import type { PushDown } from '#query/logql/plan/plan.ts';
import { lokiPushRoutes } from '#receiver/loki/push.ts';
import { startTestStore, type TestStore } from '../lib/engine.ts';
import { ask } from '../lib/loki.ts';
import { attributes, encodeOtlp, logsOf } from '../lib/otlp-json.ts';

const startMs = Date.UTC(2026, 10, 1);
const nano = (seconds: number): string => `${startMs / 1000 + seconds}000000000`;
const identities = new IdentityCache();
let store: TestStore;

beforeAll(async () => {
  store = await startTestStore();
  for (let round = 0; round < 2; round++) {
    await push();
    await write(otlpBatch());
  }
}, 60_000);

afterAll(() => store?.stop());

async function write(batch: Batch): Promise<void> {
  await store.store.writer.write(batch);
  batch.committed?.();
}

let state = 7;
const next = (bound: number): number => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return (state >>> 8) % bound;
};

const values = ['info', 'error', 'INFO', '30', '3', '', 'a b', 'é', 'warn'];
const pick = (list: readonly string[]): string => list[next(list.length)] as string;

const kinds: Readonly<Record<string, () => string>> = {
  plainJson: () => `{"t":1,"level":"${pick(values)}","msg":"x ${next(3)}"}`,
  number: () => `{"level":${next(3)}0,"msg":"level=info"}`,
  lateBreak: () => `{"level":"${pick(values)}","msg":"x 1`,
  earlyBreak: () => `{"msg":"x 2,"level":"info"}`,
  noLevel: () => `{"msg":"x ${next(3)}"}`,
  detected: () => `{"detected_level":"mine","level":"${pick(values)}","pod":"x"}`,
  nested: () => `{"a":{"level":"x"},"level":"${pick(values)}"}`,
  escaped: () => `{"\\u006cevel":"${pick(values)}"}`,
  plainLogfmt: () => `ts=1 level=${pick(['info', 'error', '30', '3', ''])} msg="x 1"`,
  quoted: () => `msg="level=x" level="${pick(values)}" x 2`,
  both: () => `{"level":"info"} level=error`,
  text: () => `x ${next(3)} done`,
  nothing: () => '',
};

/** Streams that a selector finds by `kind`: of one kind of lines each, and of all kinds. */
function streamsOfLines() {
  const mixed = () => (kinds[pick(Object.keys(kinds))] as () => string)();
  const stream = (labels: Record<string, string>, line: () => string, metadata?: () => object) => ({
    stream: labels,
    values: Array.from({ length: 40 }, (_, i) => [nano(i * 30), line(), metadata?.() ?? {}]),
  });
  return [
    ...Object.entries(kinds).map(([kind, line]) => stream({ app: 'a', kind }, line)),
    stream({ app: 'b', kind: 'mixed' }, mixed),
    stream({ app: 'b', kind: 'levelled', level: 'own' }, mixed),
    stream({ app: 'b', kind: 'attributed' }, mixed, () => (next(2) ? { level: pick(values) } : {})),
    stream({ app: 'c', kind: 'said' }, mixed, () => (next(2) ? { detected_level: 'fatal' } : {})),
    stream({ app: 'c', kind: 'saidByAll', detected_level: 'own' }, mixed),
  ];
}

async function push(): Promise<void> {
  state = 7;
  const routes = lokiPushRoutes({
    consumer: {
      consume: async (batch) => {
        await write(batch);
        return { accepted: batch.items, rejected: undefined };
      },
    },
    clock: createManualClock(startMs + 3_600_000),
    identities,
    meter: createMeter(),
    limits: {
      ageMsMax: undefined,
      futureMsMax: undefined,
      attributeBytesMax: 1 << 20,
      bodyBytesMax: 1 << 26,
    },
  });
  const body = JSON.stringify({ streams: streamsOfLines() });
  const headers = { 'Content-Type': 'application/json' };
  expect(await ask(routes, 'POST', '/loki/api/v1/push', { body, headers })).toMatchObject({
    status: 204,
  });
}

function otlpBatch(): Batch {
  const records = Array.from({ length: 40 }, (_, i) => ({
    timeUnixNano: nano(i * 30 + 10),
    severityNumber: [9, 17, 0][i % 3] as number,
    body: { stringValue: (kinds[pick(Object.keys(kinds))] as () => string)() },
    attributes: attributes(i % 4 === 0 ? { level: 'debug' } : { n: i }),
  }));
  const resource = { 'service.name': 'shop', level: 'shared' };
  const limits = { minUnixNano: undefined, maxUnixNano: undefined };
  const context = { tenant: '', nowNano: 0n, limits, identities: new IdentityCache() };
  const request = logsOf(records, { resource });
  return decodeLogs(encodeOtlp('logs', request), context).batch;
}

async function range(query: string, pushDown: PushDown) {
  const { reader } = store.store;
  const engine = createLogqlEngine({
    reader,
    limits: defaultLogqlLimits,
    pushDown,
    isStrict: false,
  });
  const routes = lokiRoutes({
    engine,
    catalog: createLogCatalog({ reader, isStrict: false }),
    clock: createManualClock(startMs + 3_600_000),
    isReady: () => true,
  });
  const window = { start: nano(0), end: nano(1200), step: '120' };
  const { status, body } = await ask(routes, 'GET', '/loki/api/v1/query_range', {
    params: Object.entries({ query, ...window }),
  });
  return { status, body, data: status === 200 ? JSON.parse(body).data.result : undefined };
}

const selectors = [
  ...Object.keys(kinds).map((kind) => `{kind="${kind}"}`),
  ...['{app="a"}', '{app="b"}', '{app="c"}', '{app=~".+"}', '{service_name="shop"}', '{}'],
  ...['{kind="levelled"}', '{kind="attributed"}', '{kind="said"}', '{kind="saidByAll"}'],
];

const quiet = '| drop __error__, __error_details__';
const queries = [
  'sum by (level) (count_over_time(SELECTOR | json [2m]))',
  'sum by (level) (count_over_time(SELECTOR | logfmt [2m]))',
  `sum by (level) (count_over_time(SELECTOR | json ${quiet} [2m]))`,
  `sum by (level, detected_level) (count_over_time(SELECTOR | json | logfmt ${quiet} [2m]))`,
  `sum by (level, detected_level) (count_over_time(SELECTOR | logfmt | json ${quiet} [2m]))`,
  'sum by (detected_level) (rate(SELECTOR [2m]))',
  'sum by (level, detected_level) (count_over_time(SELECTOR | drop __error__ [2m]))',
  `sum by (service_name, level) (bytes_over_time(SELECTOR |= "x 1" | json ${quiet} [3m]))`,
  'sum(count_over_time(SELECTOR | json [4m]))',
  'sum(count_over_time(SELECTOR | json | level="info" [4m]))',
  'sum(count_over_time(SELECTOR | logfmt | level!~"info|error" [4m]))',
  `sum by (level) (count_over_time(SELECTOR | json ${quiet} | level > 2 | keep level [4m]))`,
  `sum by (level) (count_over_time(SELECTOR | json ${quiet} | level > 2 | __error__="" [4m]))`,
  `sum by (level) (count_over_time(SELECTOR | json | drop level="info", __error__ [4m]))`,
  `sum by (level) (count_over_time(SELECTOR | drop level | json ${quiet} [4m]))`,
  'sum(count_over_time(SELECTOR | json | drop level | level="" [4m]))',
  `sum by (level) (count_over_time(SELECTOR | level="" | json | level!="" ${quiet} [4m]))`,
  `sum by (level_extracted) (count_over_time(SELECTOR | json ${quiet} [4m]))`,
  'absent_over_time(SELECTOR | logfmt | level="fatal" [2m])',
  `sum by (level) (count_over_time(SELECTOR | json | label_format level="x" ${quiet} [4m]))`,
  `sum without (kind) (count_over_time(SELECTOR | json ${quiet} [4m]))`,
];

describe('the same with and without lines', () => {
  it.each(queries)(
    '%s',
    async (text) => {
      for (const selector of selectors) {
        const query = text.replace('SELECTOR', selector);
        const never = await range(query, 'never');
        const auto = await range(query, 'auto');
        expect([query, auto.status, auto.data]).toEqual([query, never.status, never.data]);
        expect([200, 400]).toContain(never.status);
      }
    },
    60_000,
  );
});

it('reads no line where all is known', async () => {
  const query = `sum by (level) (count_over_time({kind=~"number|noLevel|text"} | json ${quiet} [2m]))`;
  const { status, data } = await range(query, 'always');
  expect(status).toBe(200);
  expect(data.length).toBe(4);
});
