// Numbers and times that nobody means, in every parameter of the trace APIs: each is answered or refused.
// None becomes a statement that the engine cannot run, or an error of our own.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spansCompareRoute } from '#api/admin/spans-compare.ts';
import { traceAnalysisRoutes } from '#api/admin/traces.ts';
import { jaegerRoutes } from '#api/jaeger/index.ts';
import { tempoRoutes } from '#api/tempo/index.ts';
import { createManualClock } from '#lib/clock.ts';
import { InputError } from '#lib/errors.ts';
import { createTraceCatalog } from '#query/trace/catalog.ts';
import type { Route } from '#server/route.ts';
import { askRoute } from '../lib/ask-route.ts';
import { startTraceqlStore } from '../lib/traceql-store.ts';
import { dataHours, dataStartNano, makeSpans } from '../lib/traceql-traces.ts';

const endMs = Number(dataStartNano / 1_000_000n) + dataHours * 3_600_000;

let routes: Route[];
let stop: () => Promise<void>;

beforeAll(async () => {
  const { store, engine, stop: stopStore } = await startTraceqlStore(makeSpans(3, 3), endMs);
  stop = stopStore;
  const clock = createManualClock(endMs);
  const traceql = engine();
  const catalog = createTraceCatalog({ reader: store.store.reader, clock });
  const jaeger = { engine: traceql, catalog, clock, isStrict: false, maxClockSkewMs: 0 };
  const below = (prefix: string, all: Route[]): Route[] =>
    all.map((each) => ({ ...each, path: prefix + each.path }));
  routes = [
    ...below('/tempo', tempoRoutes({ engine: traceql, isReady: () => true })),
    ...below('/jaeger', jaegerRoutes(jaeger)),
    ...traceAnalysisRoutes(traceql),
    spansCompareRoute(traceql),
  ];
});
afterAll(() => stop?.());

const numbers = ['-1', '0', '1', '9'.repeat(10), '9'.repeat(13), '9'.repeat(19), '9'.repeat(40)];
const odd = [
  '1e3',
  '-0',
  '0x10',
  'NaN',
  'Infinity',
  '-Infinity',
  ' 1',
  '1.5',
  '٣',
  "'",
  '\\',
  '\0',
];
const times = [
  '0001-01-01T00:00:00Z',
  '1969-12-31T23:59:59.999999999Z',
  '9999-12-31T23:59:59Z',
  '2023-02-30T25:61:61Z',
  '2023-03-26T02:30:00+01:00',
];
const durations = ['-5s', '1ns', '99999999h', '1y', '0s'];
const values = [...numbers, ...odd, ...times, ...durations];

function answers(
  path: string,
  names: readonly string[],
  form: Readonly<Record<string, string>> = {},
): void {
  it.each(names)(`${path} %s`, async (name) => {
    const failed: unknown[] = [];
    for (const value of values) {
      try {
        const { http } = await askRoute(routes, path, { form: { ...form, [name]: value } });
        if (![200, 400, 404].includes(http)) failed.push([value, http]);
      } catch (error) {
        if (!(error instanceof InputError)) failed.push([value, error]);
      }
    }
    expect(failed).toEqual([]);
  });
}

describe('Tempo', () => {
  const range = ['start', 'end'];
  answers('/tempo/api/search', [...range, 'limit', 'spss', 'minDuration', 'maxDuration', 'after']);
  answers('/tempo/api/search', ['after'], { order: '-duration' });
  answers('/tempo/api/traces/1', range);
  answers('/tempo/api/v2/traces/1', [...range, 'q']);
  answers('/tempo/api/search/tags', [...range, 'limit', 'q', 'scope']);
  answers('/tempo/api/v2/search/tags', range);
  answers('/tempo/api/v2/search/tag/span.user/values', [...range, 'limit', 'q']);
  const q = '{ } | rate()';
  answers('/tempo/api/metrics/query', [...range, 'since'], { q });
  answers('/tempo/api/metrics/query_range', [...range, 'since', 'step', 'exemplars'], { q });
  answers('/tempo/api/metrics/summary', [...range, 'limit'], { q: '{ }', groupBy: 'name' });
});

describe('Jaeger', () => {
  const service = 'shop';
  const search = ['start', 'end', 'lookback', 'limit', 'minDuration', 'maxDuration', 'tag', 'tags'];
  answers('/jaeger/api/traces', search, { service });
  answers('/jaeger/api/traces', ['traceID', 'start', 'raw']);
  answers('/jaeger/api/traces/1', ['start', 'end', 'raw']);
  answers('/jaeger/api/dependencies', ['endTs', 'lookback']);
  answers('/jaeger/api/deep-dependencies', ['endTs', 'lookback'], { service });
  const metrics = ['endTs', 'lookback', 'step', 'ratePer', 'quantile', 'spanKind'];
  answers('/jaeger/api/metrics/latencies', metrics, { service, quantile: '0.5' });
  answers('/jaeger/api/metrics/calls', metrics, { service });
  const range = {
    'query.startTimeMin': '2023-11-14T22:00:00Z',
    'query.startTimeMax': '2023-11-15T22:00:00Z',
  };
  const v3 = ['startTimeMin', 'startTimeMax', 'durationMin', 'searchDepth', 'attributes'];
  answers(
    '/jaeger/api/v3/traces',
    v3.map((name) => `query.${name}`),
    range,
  );
  const between = { startTime: '2023-11-14T22:00:00Z', endTime: '2023-11-15T22:00:00Z' };
  answers('/jaeger/api/v3/dependencies', ['startTime', 'endTime'], between);
});

describe('ours', () => {
  answers('/api/traces/critical-path', ['id']);
  answers('/api/traces/compare', ['left'], { right: '1' });
  answers('/api/spans/compare', ['start', 'end', 'limit', 'q', 'selection'], {
    selection: '{ status = error }',
  });
});
