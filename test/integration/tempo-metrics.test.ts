// Metrics queries over HTTP, as Grafana asks them: shapes, defaults and refusals.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tempoRoutes } from '#api/tempo/index.ts';
import type { StoredSpan } from '#model/stored-span.ts';
import { createTempoClient, type TempoClient } from '../lib/tempo-client.ts';
import { unknownFields } from '../lib/tempo-fields.ts';
import { startTraceqlStore } from '../lib/traceql-store.ts';
import { dataHours, dataStartNano, makeSpans } from '../lib/traceql-traces.ts';

const spans = makeSpans(100);
const stepNano = 600_000_000_000n;
const toNano = dataStartNano + BigInt(dataHours) * 3_600_000_000_000n;

let stop: () => Promise<void>;
let tempo: TempoClient;

beforeAll(async () => {
  const started = await startTraceqlStore(spans, Number(toNano / 1_000_000n));
  tempo = createTempoClient(tempoRoutes({ engine: started.engine({}), isReady: () => true }));
  stop = started.stop;
});
afterAll(() => stop?.());

/** Of the intervals that end at the start of the data, a step later, and so on. */
function countBy(matches: (span: StoredSpan) => boolean): number[] {
  const counts = Array.from({ length: dataHours * 6 + 1 }, () => 0);
  for (const span of spans) {
    if (!matches(span)) continue;
    const at = Number((span.startUnixNano - dataStartNano - 1n + stepNano) / stepNano);
    if (at < counts.length) counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}

const seconds = (nano: bigint) => String(nano / 1_000_000_000n);
const ask = (path: string, params: Record<string, string>) =>
  tempo(
    `/api/metrics/${path}`,
    Object.entries({ start: seconds(dataStartNano), end: seconds(toNano), ...params }),
  );

it('a range has samples, zeros without value', async () => {
  const answer = await ask('query_range', {
    q: '{ status = error } | count_over_time() by (kind)',
    step: '10m',
  });
  expect(answer.status).toBe(200);
  expect(answer.contentType).toBe('application/json');
  expect(unknownFields(answer.json(), 'QueryRangeResponse')).toEqual([]);
  const { series } = answer.json() as {
    series: { labels: object[]; samples: { timestampMs: string; value?: number }[] }[];
  };
  const server = series.find(({ labels }) => JSON.stringify(labels).includes('"server"'));
  expect(server?.labels).toEqual([{ key: 'kind', value: { stringValue: 'server' } }]);
  const isCounted = ({ kind, statusCode }: StoredSpan) => kind === 2 && statusCode === 2;
  expect(server?.samples.map(({ value = 0 }) => value)).toEqual(countBy(isCounted));
  expect(server?.samples.some(({ value }) => value === 0)).toBe(false);
  expect(server?.samples[0]?.timestampMs).toBe(String(dataStartNano / 1_000_000n));
});

it('an instant has values', async () => {
  const answer = await ask('query', { q: '{ } | count_over_time()' });
  expect(unknownFields(answer.json(), 'QueryInstantResponse')).toEqual([]);
  expect(answer.json()).toMatchObject({
    series: [
      {
        labels: [{ key: '__name__', value: { stringValue: 'count_over_time' } }],
        value: spans.length,
      },
    ],
  });
});

it('an instant without series has no list of them', async () => {
  const answer = await ask('query', { q: '{ } | max_over_time(span.nope)' });
  expect(Object.keys(answer.json() as object)).toEqual(['metrics']);
});

it('takes the step from the range where there is none', async () => {
  const answer = await ask('query_range', { query: '{ } | rate()', since: '1h', start: '' });
  const { series } = answer.json() as { series: { samples: { timestampMs: string }[] }[] };
  const times = series[0]?.samples.map(({ timestampMs }) => Number(timestampMs)) ?? [];
  expect(times).toHaveLength(241);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(15_000);
});

const refuses = (path: string, params: Record<string, string>, text: string) =>
  it(`refuses ${JSON.stringify(params)}`, async () => {
    const answer = await ask(path, params);
    expect(answer.status).toBe(400);
    expect(answer.body.toString('utf8')).toBe(text);
  });
refuses(
  'query_range',
  { q: '{ } | rate() by' },
  'parse error at line 1, col 16: syntax error: unexpected $end, expecting (',
);
refuses(
  'query',
  { q: '{ } | rate() by ()' },
  'compiling query: parse error at line 1, col 18: syntax error: unexpected )',
);
refuses(
  'query_range',
  { q: '{ } | quantile_over_time(duration, 2)' },
  'compiling query: quantile must be between 0 and 1: 2',
);
refuses(
  'query_range',
  { q: '{ } | rate()', step: '1ms' },
  'step of 0.001s is too small, minimum step for given range is 1.08s',
);
refuses('query_range', { q: '{ } | rate()', step: 'x' }, 'cannot parse "x" to a valid duration');
