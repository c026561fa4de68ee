// Logs of a trace whose ids stand in the text of lines only: found by the filters of ids on both paths,
// in selectors and in counts, and not found where nothing more than Loki is asked for.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lokiRoutes } from '#api/loki/index.ts';
import { decodeLogs } from '#codec/otlp/decode.ts';
import { createManualClock } from '#lib/clock.ts';
import { IdentityCache } from '#model/identity.ts';
import { createLogCatalog } from '#query/logql/catalog.ts';
import { createLogqlEngine } from '#query/logql/engine.ts';
import { defaultLogqlLimits } from '#query/logql/limits.ts';
import type { PushDown } from '#query/logql/plan/plan.ts';
import { startTestStore, type TestStore } from '../lib/engine.ts';
import { ask } from '../lib/loki.ts';
import { attributes, encodeOtlp, logsOf } from '../lib/otlp-json.ts';

const startMs = Date.UTC(2026, 10, 1);
const nano = (seconds: number): string => `${startMs / 1000 + seconds}000000000`;
const traceId = '7d1f6a2b9c3e4d508192a3b4c5d6e7f8';
const spanId = 'a1b2c3d4e5f60718';
const decimal = (hex: string): string => BigInt(`0x${hex}`).toString();

/** Lines of the trace by what they are called in the expectations. */
const lines: readonly (readonly [string, string, object])[] = [
  ['column', 'by its column', { traceId, spanId }],
  ['pino', JSON.stringify({ level: 50, msg: 'x', trace_id: traceId, span_id: spanId }), {}],
  ['upper', `level=info msg=x TraceID=${traceId.toUpperCase()} SpanID=${spanId}`, {}],
  ['datadog', `[dd.trace_id=${decimal(traceId.slice(16))} dd.span_id=${decimal(spanId)}] x`, {}],
  ['context', `traceparent 00-${traceId}-${spanId}-01`, {}],
  ['attribute', 'by an attribute', { attributes: attributes({ trace_id: traceId }) }],
  ['prose', `who looks for ${traceId} finds nothing`, {}],
  ['other', `trace_id=${traceId}`, { traceId: 'f'.repeat(32) }],
  ['plain', 'nothing of it', {}],
];

let store: TestStore;

beforeAll(async () => {
  store = await startTestStore();
  const records = lines.map(([, text, more], i) => ({
    timeUnixNano: nano(i + 1),
    body: { stringValue: text },
    ...more,
  }));
  const limits = { minUnixNano: undefined, maxUnixNano: undefined };
  const context = { tenant: '', nowNano: 0n, limits, identities: new IdentityCache() };
  const body = encodeOtlp('logs', logsOf(records, { resource: { 'service.name': 'shop' } }));
  const { batch } = decodeLogs(body, context);
  await store.store.writer.write(batch);
  batch.committed?.();
}, 60_000);

afterAll(() => store?.stop());

async function range(query: string, pushDown: PushDown, isStrict: boolean): Promise<Answer> {
  const { reader } = store.store;
  const routes = lokiRoutes({
    engine: createLogqlEngine({ reader, limits: defaultLogqlLimits, pushDown, isStrict }),
    catalog: createLogCatalog({ reader, isStrict }),
    clock: createManualClock(startMs + 3_600_000),
    isReady: () => true,
  });
  const window = { start: nano(0), end: nano(3600), step: '3600', limit: '100' };
  const params = Object.entries({ query, ...window });
  const { status, body } = await ask(routes, 'GET', '/loki/api/v1/query_range', { params });
  expect(status, body).toBe(200);
  return JSON.parse(body).data as Answer;
}

interface Answer {
  readonly result: readonly { readonly values: readonly (readonly [string | number, string])[] }[];
}

const namesOf = ({ result }: Answer): string[] =>
  result
    .flatMap(({ values }) => values.map(([time]) => Number(BigInt(time) - BigInt(nano(0))) / 1e9))
    .sort((a, b) => a - b)
    .map((i) => lines[i - 1]?.[0] ?? '');

function finds(query: string, names: readonly string[], strict: readonly string[]): void {
  it(query, async () => {
    for (const pushDown of ['auto', 'never'] as const) {
      expect(namesOf(await range(query, pushDown, false)), pushDown).toEqual(names);
      expect(namesOf(await range(query, pushDown, true)), `${pushDown}, strict`).toEqual(strict);
    }
  });
}

describe('lines of a trace', () => {
  const all = ['column', 'pino', 'upper', 'datadog', 'context', 'attribute'];
  const own = ['column', 'attribute'];
  const service = '{service_name="shop"}';
  finds(`${service} | trace_id="${traceId}"`, all, own);
  finds(`{trace_id="${traceId}"}`, all, []);
  finds(`${service} | trace_id="${traceId.slice(16)}"`, all.slice(1, -1), []);
  finds(
    `${service} | trace_id="${traceId}" | span_id="${spanId}"`,
    ['column', 'pino', 'upper', 'datadog', 'context'],
    ['column'],
  );
  finds(`${service} | trace_id="${traceId}" and detected_level="error"`, ['pino'], []);
  finds(`${service} | trace_id="${traceId}" | json | level="50"`, ['pino'], []);
  finds(`${service} | trace_id="x" or span_id="${spanId}"`, all.slice(0, 5), ['column']);
  finds(`${service} | trace_id="not an id"`, [], []);
  finds(`${service} |= "x" | line_format "a" | trace_id="${traceId}"`, [], []);

  it('are counted, too', async () => {
    const query = `sum(count_over_time({service_name="shop"} | trace_id="${traceId}" [1h]))`;
    for (const pushDown of ['auto', 'never'] as const) {
      const { result } = await range(query, pushDown, false);
      expect(result[0]?.values.at(-1)?.[1]).toBe(String(all.length));
    }
  });
});
