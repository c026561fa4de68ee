// What we answer and Loki does not, on the real engine: selectors of attributes, pages behind a cursor,
// and a day of lines in which an attribute has a million values.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lokiRoutes } from '#api/loki/index.ts';
import { decodeLogs } from '#codec/otlp/decode.ts';
import { createManualClock } from '#lib/clock.ts';
import type { Batch } from '#model/batch.ts';
import { IdentityCache } from '#model/identity.ts';
import { createLogCatalog } from '#query/logql/catalog.ts';
import { createLogqlEngine } from '#query/logql/engine.ts';
import { defaultLogqlLimits } from '#query/logql/limits.ts';
import type { PushDown } from '#query/logql/plan/plan.ts';
import type { Route } from '#server/route.ts';
import { startTestStore, type TestStore } from '../lib/engine.ts';
import { ask } from '../lib/loki.ts';
import { attributes, encodeOtlp, logsOf } from '../lib/otlp-json.ts';

const startMs = Date.UTC(2026, 10, 1);
const nano = (seconds: number): string => `${startMs / 1000 + seconds}000000000`;
const traceId = '0123456789abcdef0123456789abcdef';
const perTime = 7;
const lineCount = 420;

let store: TestStore;

beforeAll(async () => {
  store = await startTestStore();
  for (const pod of ['p1', 'p2']) {
    const batch = recordsOf(pod);
    await store.store.writer.write(batch);
    batch.committed?.();
  }
}, 60_000);

afterAll(() => store?.stop());

/** Seven lines at each of sixty times, for each of two pods. */
function recordsOf(pod: string): Batch {
  const records = Array.from({ length: lineCount }, (_, i) => ({
    timeUnixNano: nano(Math.floor(i / perTime) * 60),
    body: { stringValue: `${pod} record ${i}` },
    attributes: attributes({ 'user.id': i % 50, request_id: `r${pod}${i}` }),
    ...(i === 3 ? { traceId, spanId: '0123456789abcdef' } : {}),
  }));
  const resource = { 'service.name': 'shop', 'custom.pod': pod };
  const limits = { minUnixNano: undefined, maxUnixNano: undefined };
  const context = { tenant: '', nowNano: 0n, limits, identities: new IdentityCache() };
  return decodeLogs(encodeOtlp('logs', logsOf(records, { resource })), context).batch;
}

function routesOf(pushDown: PushDown, isStrict: boolean): Route[] {
  const { reader } = store.store;
  return lokiRoutes({
    engine: createLogqlEngine({ reader, limits: defaultLogqlLimits, pushDown, isStrict }),
    catalog: createLogCatalog({ reader, isStrict }),
    clock: createManualClock(startMs + 3_600_000),
    isReady: () => true,
  });
}

interface Options {
  readonly pushDown?: PushDown;
  readonly isStrict?: boolean;
  readonly more?: Record<string, string>;
}

async function range(query: string, { pushDown = 'auto', isStrict = false, more }: Options = {}) {
  const window = { start: nano(0), end: nano(3600), step: '3600', limit: '5000' };
  const params = Object.entries({ query, ...window, ...more });
  const routes = routesOf(pushDown, isStrict);
  const { status, body } = await ask(routes, 'GET', '/loki/api/v1/query_range', { params });
  return { status, body, data: status === 200 ? JSON.parse(body).data : undefined };
}

interface Stream {
  readonly values: readonly (readonly [string, string])[];
}

const linesOf = (data: { result: readonly Stream[] }) =>
  data.result.flatMap(({ values }) => values).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

describe('selectors of attributes', () => {
  const finds = (query: string, count: number, pushable = true) =>
    it(`${query} finds ${count}`, async () => {
      const paths = pushable
        ? (['auto', 'never', 'always'] as const)
        : (['auto', 'never'] as const);
      for (const pushDown of paths) {
        const { data, body } = await range(query, { pushDown });
        expect(data, body).toBeDefined();
        expect(linesOf(data).length, pushDown).toBe(count);
      }
      const strict = await range(query, { isStrict: true });
      expect(strict.status === 200 ? linesOf(strict.data) : []).toEqual([]);
    });
  // The text of lines is looked into as well, which SQL alone cannot do.
  finds(`{trace_id="${traceId}"}`, 2, false);
  finds('{custom_pod="p1"}', lineCount);
  finds('{user_id="7"}', 18);
  finds('{user_id=~"7|8", custom_pod="p2"}', 18);
  finds('{service_name="shop", request_id="rp13"}', 1);
  finds('{service_name="shop", request_id="rp13"} |= "record 3"', 1);
  finds('{service_name="other", request_id="rp13"}', 0);
  finds('{nothing="x"}', 0);
  finds('{scope_extracted="x"}', 0, false);

  it('count, too', async () => {
    for (const pushDown of ['auto', 'never', 'always'] as const) {
      const { data } = await range('sum by (custom_pod) (count_over_time({user_id!="7"}[1h]))', {
        pushDown,
      });
      const totals = data.result.map((one: { metric: object; values: [number, string][] }) => [
        one.metric,
        one.values.at(-1)?.[1],
      ]);
      expect(totals).toEqual([
        [{ custom_pod: 'p1' }, `${lineCount - 9 - perTime}`],
        [{ custom_pod: 'p2' }, `${lineCount - 9 - perTime}`],
      ]);
    }
  });
});

it('an answer has no more bytes than query.max_answer_bytes', async () => {
  const engine = createLogqlEngine({
    reader: store.store.reader,
    limits: { ...defaultLogqlLimits, answerBytesMax: 100_000 },
    pushDown: 'auto',
    isStrict: false,
  });
  const start = BigInt(nano(0));
  const window = { startNano: start, endNano: BigInt(nano(3600)), stepNano: 1n, intervalNano: 0n };
  const asked = { ...window, tenant: '', limit: 200, direction: 'forward' } as const;
  const long = engine.queryRange(
    '{service_name="shop"} | line_format `{{repeat 1000 "x"}}`',
    asked,
  );
  await expect(long).rejects.toMatchObject({ code: 'limit_answer_bytes' });
  await expect(engine.queryRange('{service_name="shop"}', asked)).resolves.toBeDefined();
});

describe('pages', () => {
  for (const direction of ['forward', 'backward']) {
    it(`${direction}: every line once, also where many have one time`, async () => {
      const seen: string[] = [];
      let cursor = '';
      do {
        const more = { direction, limit: '101', ...(cursor === '' ? {} : { cursor }) };
        const { data, body } = await range('{service_name="shop"} != "record 5"', { more });
        expect(data, body).toBeDefined();
        seen.push(...linesOf(data).map(([, line]) => line));
        cursor = data.next ?? '';
      } while (cursor !== '');
      const all = await range('{service_name="shop"} != "record 5"');
      expect(new Set(seen).size).toBe(seen.length);
      expect([...seen].sort()).toEqual(
        linesOf(all.data)
          .map(([, line]) => line)
          .sort(),
      );
    });
  }

  it('have no cursor in strict answers, and a wrong one is refused', async () => {
    const strict = await range('{service_name="shop"}', { isStrict: true, more: { limit: '3' } });
    expect(Object.keys(strict.data)).toEqual(['resultType', 'result', 'stats']);
    const wrong = await range('{}', { more: { cursor: 'yesterday' } });
    expect(wrong).toMatchObject({ status: 400, body: 'cannot go on at cursor "yesterday"' });
  });
});
