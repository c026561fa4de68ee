// An exporter of our own making: every type of metric, in protobuf, moving from scrape to scrape.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeFamilies, type FamilyMessage, type HistogramMessage } from './metric-family.ts';

const contentType =
  'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';

export interface MadeExporter {
  /** `127.0.0.1:port`. */
  readonly address: string;
  stop(): Promise<void>;
}

export async function startMadeExporter(): Promise<MadeExporter> {
  const scrapes = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const turn = (scrapes.get(path) ?? 0) + 1;
    scrapes.set(path, turn);
    response.writeHead(200, { 'content-type': contentType });
    response.end(encodeFamilies(familiesAt(turn)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What the scrape with this number (from 1) sees. */
function familiesAt(turn: number): FamilyMessage[] {
  return [...simpleFamilies(turn), ...histogramFamilies(turn)];
}

function simpleFamilies(turn: number): FamilyMessage[] {
  const codes = ['200', '404', '500'];
  const methods = ['get', 'post'];
  const requests = codes.flatMap((code, i) =>
    methods.map((method, j) => ({
      labels: { code, method },
      // The last code starts anew now and then.
      value: (i === 2 ? turn % 7 : turn) * (1 + i + 2 * j) + j / 3,
      exemplar: { labels: { trace_id: `t${turn}-${i}${j}` }, value: turn / 8 },
    })),
  );
  const temperatures = ['a', 'b', 'c', 'd', 'e'].map((room, i) => ({
    labels: { room, floor: String(i % 2) },
    value: 20 + i + 5 * Math.sin(turn / 3 + i),
  }));
  const flapping = turn % 6 < 3 ? [{ labels: { kind: 'now and then' }, value: turn }] : [];
  return [
    { name: 'made_requests_total', help: 'Requests.', type: 'counter', metrics: requests },
    { name: 'made_temperature_celsius', type: 'gauge', metrics: temperatures },
    { name: 'made_flapping', type: 'gauge', metrics: flapping },
    { name: 'made_untyped', type: 'untyped', metrics: [{ value: (turn * 37) % 11 }] },
    {
      name: 'made_summary_seconds',
      type: 'summary',
      metrics: [
        {
          labels: { path: '/a' },
          value: turn * 1.5,
          quantiles: [
            [0.5, 0.1 + (turn % 3) / 10],
            [0.99, 1 + (turn % 5) / 10],
          ],
        },
      ],
    },
    {
      name: 'target_info',
      type: 'gauge',
      metrics: [{ labels: { os: 'linux', region: 'north' }, value: 1 }],
    },
    {
      name: 'made.utf8.name',
      type: 'gauge',
      metrics: [{ labels: { 'a.b': 'c d', ünicode: 'ß' }, value: turn / 2 }],
    },
  ];
}

function histogramFamilies(turn: number): FamilyMessage[] {
  const classic = (factor: number): HistogramMessage => {
    const counts = [1, 3, 4, 9].map((count) => count * turn * factor);
    const bounds = [0.1, 0.5, 1, 5];
    return {
      count: 10 * turn * factor,
      sum: 7.25 * turn * factor,
      buckets: bounds.map((bound, i) => [bound, counts[i] as number] as const),
    };
  };
  return [
    {
      name: 'made_latency_seconds',
      type: 'histogram',
      metrics: ['/a', '/b'].map((path, i) => ({
        labels: { path },
        histogram: classic(i + 1),
      })),
    },
    {
      name: 'made_duration_seconds',
      type: 'histogram',
      metrics: ['/a', '/b', '/c'].map((path, i) => ({
        labels: { path },
        histogram: native(turn + 500 + i, i === 2 ? 3 : 1),
      })),
    },
    {
      name: 'made_signed',
      type: 'histogram',
      metrics: [{ histogram: signed(turn) }],
    },
    {
      name: 'made_sizes',
      type: 'gaugehistogram',
      metrics: [{ histogram: native(5 + (turn % 4), 0) }],
    },
  ];
}

/** Five buckets in two spans. Counts begin high, as in made-history.ts. */
function native(turn: number, schema: number): HistogramMessage {
  const counts = [1, 2, 3, 2, 1].map((count) => count * turn);
  return {
    count: 11 * turn,
    sum: 21.5 * turn,
    schema,
    zeroThreshold: 0.001,
    zeroCount: 2 * turn,
    positiveSpans: [
      [-1, 3],
      [2, 2],
    ],
    positiveDeltas: deltas(counts),
  };
}

/** Observations on both sides of zero, and starting anew every 11th time. */
function signed(turn: number): HistogramMessage {
  const n = (turn % 11) + 500;
  return {
    count: 8 * n,
    sum: -3.5 * n,
    schema: 0,
    zeroThreshold: 0.5,
    zeroCount: n,
    positiveSpans: [[1, 2]],
    positiveDeltas: deltas([n, 2 * n]),
    negativeSpans: [[0, 2]],
    negativeDeltas: deltas([3 * n, n]),
  };
}

const deltas = (counts: readonly number[]): number[] =>
  counts.map((count, i) => count - (counts[i - 1] ?? 0));
