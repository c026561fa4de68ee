// Endpoints of Tempo's that ask the engine of metrics: the summary of spans, and metrics over gRPC.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempoRoutes } from '#api/tempo/index.ts';
import { tempoGrpcServices } from '#api/tempo/streaming.ts';
import { attributeText } from '#model/attribute.ts';
import {
  createTempoGrpcClient,
  fieldsOf,
  messageOf,
  messagesOf,
  type TempoGrpcClient,
  textOf,
} from '../lib/tempo-grpc-client.ts';
import { startTestServer, type TestServer } from '../lib/test-server.ts';
import { startTraceqlStore } from '../lib/traceql-store.ts';
import { dataHours, dataStartNano, makeSpans } from '../lib/traceql-traces.ts';

const spans = makeSpans(120, 9);
const start = Number(dataStartNano / 1_000_000_000n);
const end = start + dataHours * 3600;
const kindServer = 2;
const statusError = 2;
const serviceOf = (span: (typeof spans)[number]): string =>
  attributeText(span.origin.resourceAttributes.get('service.name') as string);

let server: TestServer;
let client: TempoGrpcClient;
let stop: () => Promise<void>;

beforeAll(async () => {
  const store = await startTraceqlStore(spans, end * 1000);
  const engine = store.engine();
  server = await startTestServer({
    mounts: [{ prefix: '', routes: tempoRoutes({ engine, isReady: () => true }) }],
    grpc: tempoGrpcServices({ engine, isStrict: false }),
  });
  client = createTempoGrpcClient(server.port);
  stop = async () => {
    client.close();
    await server.server.stop();
    await store.stop();
  };
});
afterAll(() => stop?.());

async function get(path: string, params: Record<string, string>) {
  const range = { start: String(start), end: String(end) };
  const answer = await fetch(
    `${server.url}${path}?${new URLSearchParams({ ...range, ...params })}`,
  );
  const text = await answer.text();
  return { status: answer.status, text, json: () => JSON.parse(text) };
}

interface Summary {
  readonly spanCount: string;
  readonly errorSpanCount?: string;
  readonly series: readonly { readonly key: string; readonly value: object }[];
  readonly p50: string;
  readonly p90: string;
  readonly p95: string;
  readonly p99: string;
}

describe('metrics/summary', () => {
  it('counts every server span of every group', async () => {
    const params = { q: '{}', groupBy: 'resource.service.name' };
    const { summaries } = (await get('/api/metrics/summary', params)).json() as {
      summaries: Summary[];
    };
    const servers = spans.filter(({ kind }) => kind === kindServer);
    const expected = [...new Set(servers.map(serviceOf))].map((service) => {
      const of = servers.filter((span) => serviceOf(span) === service);
      const failed = of.filter(({ statusCode }) => statusCode === statusError).length;
      return {
        series: [{ key: 'resource.service.name', value: { type: 5, s: service } }],
        spanCount: String(of.length),
        ...(failed === 0 ? {} : { errorSpanCount: String(failed) }),
      };
    });
    const counted = summaries.map(({ series, spanCount, errorSpanCount }) => ({
      series,
      spanCount,
      ...(errorSpanCount === undefined ? {} : { errorSpanCount }),
    }));
    expect(counted.length).toBeGreaterThan(1);
    expect(counted).toEqual(expect.arrayContaining(expected));
    expect(counted).toHaveLength(expected.length);
    const counts = summaries.map(({ spanCount }) => Number(spanCount));
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
  });

  it('says how long they took, by powers of 2', async () => {
    const params = { q: '{ duration > 0ns }', groupBy: 'kind' };
    const answer = await get('/api/metrics/summary', params);
    const [summary] = (answer.json() as { summaries: Summary[] }).summaries;
    const durations = spans
      .filter(({ kind, durationNano }) => kind === kindServer && durationNano > 0n)
      .map(({ durationNano }) => Number(durationNano))
      .sort((a, b) => a - b);
    expect(summary?.series).toEqual([{ key: 'kind', value: { type: 9, kind: 3 } }]);
    for (const [name, quantile] of [
      ['p50', 0.5],
      ['p90', 0.9],
      ['p95', 0.95],
      ['p99', 0.99],
    ] as const) {
      const exact = durations[Math.ceil(quantile * durations.length) - 1] as number;
      expect(Number(summary?.[name])).toBeGreaterThanOrEqual(exact / 2);
      expect(Number(summary?.[name])).toBeLessThanOrEqual(exact * 2);
    }
  });

  it('groups by several fields, those that are missing too', async () => {
    const params = { q: '{} | select(name)', groupBy: 'status, span."user"' };
    const { summaries } = (await get('/api/metrics/summary', params)).json() as {
      summaries: Summary[];
    };
    const total = summaries.reduce((sum, { spanCount }) => sum + Number(spanCount), 0);
    expect(total).toBe(spans.filter(({ kind }) => kind === kindServer).length);
    expect(summaries.every(({ series }) => series.length === 2)).toBe(true);
    expect(summaries.map(({ series }) => series[1]?.value)).toContainEqual({ type: 5, s: 'ann' });
  });

  const refuses = (name: string, params: Record<string, string>, text: string) =>
    it(`refuses ${name}`, async () => {
      const answer = await get('/api/metrics/summary', params);
      expect([answer.status, answer.text]).toEqual([400, text]);
    });
  refuses('no group', { q: '{}' }, 'please provide groupBy');
  refuses(
    'too many groups',
    { q: '{}', groupBy: '.a,.b,.c,.d,.e,.f' },
    'groupBy has more than 5 fields',
  );
  refuses(
    'a metrics query',
    { q: '{} | rate()', groupBy: 'name' },
    'a query of spans is needed, not one of metrics',
  );
  refuses(
    'a query that is none',
    { q: '{ name = }', groupBy: 'name' },
    'invalid TraceQL query: parse error at line 1, col 10: syntax error: unexpected }',
  );
});

describe('metrics over gRPC', () => {
  const nano = (seconds: number): bigint => BigInt(seconds) * 1_000_000_000n;
  const range = { 2: nano(start), 3: nano(end) };

  it('MetricsQueryRange', async () => {
    const query = '{ status = error } | rate() by (resource.service.name)';
    const fields = { 1: query, ...range, 4: nano(600) };
    const { parts, error } = await client.call('MetricsQueryRange', messageOf(fields));
    expect(error).toBeUndefined();
    const series = messagesOf(fieldsOf(Buffer.concat(parts)), 1).map((each) => ({
      label: textOf(messagesOf(messagesOf(each, 1)[0] as never, 2)[0] as never, 1),
      samples: messagesOf(each, 2).map((sample) => [sample.get(2)?.[0], sample.get(1)?.[0] ?? 0]),
    }));
    const http = (await get('/api/metrics/query_range', { q: query, step: '600s' })).json() as {
      series: {
        labels: { value: { stringValue: string } }[];
        samples: { timestampMs: string; value?: number }[];
      }[];
    };
    expect(series.length).toBeGreaterThan(1);
    expect(series).toEqual(
      http.series.map(({ labels, samples }) => ({
        label: labels[0]?.value.stringValue,
        samples: samples.map(({ timestampMs, value = 0 }) => [Number(timestampMs), value]),
      })),
    );
  });

  it('MetricsQueryInstant', async () => {
    const query = '{ } | count_over_time()';
    const { parts } = await client.call('MetricsQueryInstant', messageOf({ 1: query, ...range }));
    const [series] = messagesOf(fieldsOf(Buffer.concat(parts)), 1);
    expect(series?.get(2)?.[0]).toBe(spans.length);
  });

  it('refuses what is no metrics query', async () => {
    const { error } = await client.call('MetricsQueryRange', messageOf({ 1: '{ }', ...range }));
    expect(error?.code).toBe(3);
    expect(error?.details).toContain('not a metrics query');
  });
});
