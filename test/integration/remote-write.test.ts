// Remote write into the whole program and remote read out of it, over sockets: what was sent comes back,
// stale markers and histograms included, and queries see it.
import { compressSync, uncompressSync } from 'snappy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';
import {
  type ReadResult,
  readFrames,
  readSamplesResponse,
  type WireQuery,
  writeReadRequest,
} from '../lib/remote-read.ts';
import {
  type WireHistogram,
  type WireSeries,
  writeRequest1,
  writeRequest2,
} from '../lib/remote-write.ts';

const endMs = Math.floor(Date.now() / 60_000) * 60_000;
const startMs = endMs - 600_000;

let program: Sightline;
beforeAll(async () => {
  program = await startSightline({ config: { 'internal_telemetry.enabled': false } });
});
afterAll(() => program?.stop());

const urls = () => [`http://127.0.0.1:${program.ports.prometheus}`, `${program.url}/prometheus`];
const writers = { 1: writeRequest1, 2: writeRequest2 } as const;
const types = {
  1: 'application/x-protobuf',
  2: 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
} as const;

async function write(
  version: 1 | 2,
  series: readonly WireSeries[],
  url = urls()[0],
  path = '/api/v1/write',
): Promise<Response> {
  return post(`${url}${path}`, writers[version](series), types[version]);
}

async function post(url: string, plain: Uint8Array, type: string): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': type, 'content-encoding': 'snappy' },
    body: new Uint8Array(compressSync(Buffer.from(plain))),
  });
}

async function read(query: WireQuery, kind: 'samples' | 'chunks'): Promise<ReadResult> {
  const accepted = kind === 'chunks' ? [1, 0] : [];
  const url = `${urls()[0]}/api/v1/read`;
  const response = await post(url, writeReadRequest([query], accepted), types[1]);
  expect(response.status).toBe(200);
  const body = Buffer.from(await response.arrayBuffer());
  const results =
    kind === 'chunks' ? readFrames(body) : readSamplesResponse(uncompressSync(body) as Uint8Array);
  return results[0] ?? {};
}

async function query(text: string): Promise<unknown[]> {
  const search = new URLSearchParams({ query: text, time: String(endMs / 1000) });
  const response = await fetch(`${urls()[1]}/api/v1/query?${search}`);
  return ((await response.json()) as { data: { result: unknown[] } }).data.result;
}

const times = Array.from({ length: 11 }, (_, minute) => startMs + minute * 60_000);
const histogramAt = (timeMs: number, i: number): WireHistogram => ({
  timeMs,
  count: 3 * i + 3,
  sum: i,
  schema: 2,
  zeroThreshold: 0.001,
  zeroCount: 1,
  positiveSpans: [
    [-1, 1],
    [2, 1],
  ],
  positive: [i + 1, i],
  negativeSpans: [[0, 1]],
  negative: [1],
  hint: 0,
});

describe.each([1, 2] as const)('remote write %i.0', (version) => {
  const name = (kind: string): string => `v${version}_${kind}`;
  const labelsOf = (kind: string) =>
    [
      ['__name__', name(kind)],
      ['job', 'ä'],
    ] as const;

  beforeAll(async () => {
    const counter = times.map((timeMs, i) => ({ timeMs, value: i * 60 }));
    const series: WireSeries[] = [
      // In the wrong order, and one sample twice: both are welcome.
      { labels: labelsOf('total'), samples: [...counter, ...counter.slice(0, 1)].reverse() },
      {
        labels: labelsOf('gone'),
        samples: times.map((timeMs, i) => ({ timeMs, value: i === 10 ? 'stale' : i })),
      },
      { labels: labelsOf('histogram'), histograms: times.map(histogramAt) },
      {
        labels: labelsOf('ended'),
        histograms: [
          histogramAt(times[9] as number, 1),
          { timeMs: times[10] as number, count: 0, sum: 'stale' },
        ],
      },
    ];
    const response = await write(version, series);
    expect([response.status, await response.text()]).toEqual([204, '']);
    const written = response.headers.get('x-prometheus-remote-write-samples-written');
    expect([written, response.headers.get('x-prometheus-remote-write-histograms-written')]).toEqual(
      ['23', '13'],
    );
  });

  it('is seen by queries', async () => {
    const metric = { __name__: name('total'), job: 'ä' };
    expect(await query(name('total'))).toEqual([{ metric, value: [endMs / 1000, '600'] }]);
    expect(await query(`sum(rate(${name('total')}[5m]))`)).toMatchObject([
      { value: [endMs / 1000, '1'] },
    ]);
    expect(await query(`{__name__=~"${name('(gone|ended)')}"}`)).toEqual([]);
    expect(await query(`histogram_count(${name('histogram')})`)).toMatchObject([
      { value: [endMs / 1000, '33'] },
    ]);
  });

  it.each(['samples', 'chunks'] as const)('comes back by remote read as %s', async (kind) => {
    const all = { startMs, endMs, matchers: [[2, '__name__', name('.*')]] } as const;
    const result = await read(all, kind);
    expect(Object.keys(result)).toEqual(
      ['ended', 'gone', 'histogram', 'total'].map((one) => `${name(one)}{job="ä"}`),
    );
    const of = (one: string) => result[`${name(one)}{job="ä"}`];
    expect(of('total')).toEqual(times.map((timeMs, i) => [timeMs, i * 60]));
    expect(of('gone')?.slice(-2)).toEqual([
      [times[9], 9],
      [times[10], 'stale'],
    ]);
    expect(of('ended')).toMatchObject([
      [times[9], { count: 6 }],
      [times[10], 'stale'],
    ]);
    expect(of('histogram')).toHaveLength(11);
    expect(of('histogram')?.[2]).toEqual([
      times[2],
      {
        count: 9,
        sum: 2,
        schema: 2,
        zeroThreshold: 0.001,
        zeroCount: 1,
        positiveSpans: [-1, 1, 2, 1],
        positiveCounts: [3, 5],
        negativeSpans: [0, 1],
        negativeCounts: [1],
        customBounds: [],
        hint: 2,
      },
    ]);
    const some = { startMs: times[3] as number, endMs: times[4] as number } as const;
    const matchers = [
      [0, '__name__', name('total')],
      [1, 'job', ''],
    ] as const;
    expect(Object.values(await read({ ...some, matchers }, kind))).toEqual([
      [
        [times[3], 180],
        [times[4], 240],
      ],
    ]);
  });

  it('stores the valid part and says what was wrong', async () => {
    const sample = { timeMs: endMs, value: 1 };
    const response = await write(
      version,
      [
        { labels: [['job', 'x']], samples: [sample] },
        { labels: labelsOf('partly'), samples: [sample, { timeMs: endMs + 86_400_000, value: 1 }] },
      ],
      urls()[1],
      '/api/v1/push',
    );
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(
      '2 samples rejected: 1 of a series without a metric name, 1 newer than ingest.max_future allows',
    );
    expect(await query(name('partly'))).toHaveLength(1);
  });
});

it('refuses what is no request', async () => {
  const url = `${urls()[0]}/api/v1`;
  const garbage = await post(`${url}/write`, Uint8Array.of(0x0a, 0xff, 0xff), types[1]);
  expect(garbage.status).toBe(400);
  expect((await post(`${url}/write`, new Uint8Array(0), 'text/plain')).status).toBe(415);
  const truncated = await fetch(`${url}/write`, {
    method: 'POST',
    headers: { 'content-type': types[1], 'content-encoding': 'snappy' },
    body: Uint8Array.of(0xff, 0x7f, 1, 2),
  });
  expect(truncated.status).toBe(400);
  expect((await post(`${url}/read`, Uint8Array.of(0x0a, 0xff), types[1])).status).toBe(400);
  expect((await post(`${url}/read`, writeReadRequest([], [7]), types[1])).status).toBe(400);
});

it('takes OTLP on the path that Prometheus has for it', async () => {
  const response = await fetch(`${urls()[0]}/api/v1/otlp/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"resourceMetrics":[]}',
  });
  expect(response.status).toBe(200);
});
