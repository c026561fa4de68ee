import { expect, test } from 'vitest';
import { customSchema, type Histogram } from '#query/vector/histogram/histogram.ts';
import type { HttpResponse } from '#server/route.ts';
import { encodeInstant, encodeRange, printSeconds, successSeries } from './encode.ts';
import { encodeHistogram } from './encode-histogram.ts';

async function textOf({ body }: HttpResponse): Promise<string> {
  if (typeof body === 'string') return body;
  let text = '';
  for await (const piece of body as AsyncIterable<string>) text += piece;
  return text;
}

const notes = { warnings: [], infos: [] };

test('a vector, numbers as Go prints them', async () => {
  const samples = [1e21, Infinity, Number.NaN, 1e-7, 0.1, -0, 123456789012345680000].map(
    (value, i) => ({ labels: { i: String(i) }, value }),
  );
  const result = { timeMs: 1_500, value: { kind: 'vector', samples } as const, ...notes };
  const { data } = JSON.parse(await textOf(encodeInstant(result, undefined)));
  expect(data.resultType).toBe('vector');
  expect(data.result[0]).toEqual({ metric: { i: '0' }, value: [1.5, '1e+21'] });
  expect(data.result.map((one: { value: unknown[] }) => one.value[1])).toEqual([
    '1e+21',
    '+Inf',
    'NaN',
    '1e-07',
    '0.1',
    '-0',
    '123456789012345680000',
  ]);
});

test('a scalar, a string, a range vector', async () => {
  const ask = async (value: Parameters<typeof encodeInstant>[0]['value']) =>
    JSON.parse(await textOf(encodeInstant({ timeMs: 2_000, value, ...notes }, undefined))).data;
  expect(await ask({ kind: 'scalar', value: 2 })).toEqual({
    resultType: 'scalar',
    result: [2, '2'],
  });
  expect(await ask({ kind: 'string', value: 'a"' })).toEqual({
    resultType: 'string',
    result: [2, 'a"'],
  });
  const series = [{ labels: {}, times: Float64Array.of(1, 2_000), values: Float64Array.of(3, 4) }];
  expect(await ask({ kind: 'matrix', series })).toEqual({
    resultType: 'matrix',
    result: [
      {
        metric: {},
        values: [
          [0.001, '3'],
          [2, '4'],
        ],
      },
    ],
  });
});

test('a range leaves steps without value out, says what it cut and what to note', async () => {
  const one = (a: string) => ({
    labels: { a },
    values: Float64Array.of(1, 2, 3),
    present: Uint8Array.of(1, 0, 1),
  });
  const result = {
    grid: { startMs: 0, stepMs: 500, count: 3 },
    series: [one('1'), one('2')],
    warnings: [],
    infos: ['hint'],
  };
  expect(JSON.parse(await textOf(encodeRange(result, 1)))).toEqual({
    status: 'success',
    data: {
      resultType: 'matrix',
      result: [
        {
          metric: { a: '1' },
          values: [
            [0, '1'],
            [1, '3'],
          ],
        },
      ],
    },
    warnings: ['results truncated due to limit'],
    infos: ['hint'],
  });
});

test('long answers come in pieces', async () => {
  const series = Array.from({ length: 5_000 }, (_, i) => ({
    labels: { i: String(i) },
    values: Float64Array.of(i),
    present: Uint8Array.of(1),
  }));
  const { body } = encodeRange(
    { grid: { startMs: 0, stepMs: 1, count: 1 }, series, ...notes },
    undefined,
  );
  let pieces = 0;
  for await (const _ of body as AsyncIterable<string>) pieces++;
  expect(pieces).toBeGreaterThan(2);
});

test('seconds', () => {
  expect([0, 1_000, 1_050, -1_500].map(printSeconds)).toEqual(['0', '1', '1.050', '-1.500']);
});

const histogram: Histogram = {
  schema: 0,
  count: 7,
  sum: -1.5,
  zeroThreshold: 0.001,
  zeroCount: 1,
  positive: { indexes: Int32Array.of(0, 3), counts: Float64Array.of(1, 2) },
  negative: { indexes: Int32Array.of(1, 2), counts: Float64Array.of(1, 2) },
  customBounds: new Float64Array(0),
  counterReset: 'unknown',
};
const encoded = {
  count: '7',
  sum: '-1.5',
  buckets: [
    [1, '-4', '-2', '2'],
    [1, '-2', '-1', '1'],
    [3, '-0.001', '0.001', '1'],
    [0, '0.5', '1', '1'],
    [0, '4', '8', '2'],
  ],
};

test('native histograms have keys of their own beside the numbers', async () => {
  const samples = [{ labels: {}, value: 0, histogram }];
  const vector = { timeMs: 1_000, value: { kind: 'vector', samples } as const, ...notes };
  const instant = JSON.parse(await textOf(encodeInstant(vector, undefined)));
  expect(instant.data.result).toEqual([{ metric: {}, histogram: [1, encoded] }]);
  const grid = { startMs: 0, stepMs: 1_000, count: 2 };
  const values = Float64Array.of(5, 0);
  const present = Uint8Array.of(1, 1);
  const series = [{ labels: {}, values, present, histograms: [undefined, histogram] }];
  const range = JSON.parse(await textOf(encodeRange({ grid, series, ...notes }, undefined)));
  expect(range.data.result).toEqual([
    { metric: {}, values: [[0, '5']], histograms: [[1, encoded]] },
  ]);
});

test('custom bounds: the first bucket has no lower end; nothing in it, no buckets', async () => {
  const custom: Histogram = {
    ...histogram,
    schema: customSchema,
    zeroCount: 0,
    positive: { indexes: Int32Array.of(0, 2), counts: Float64Array.of(1, 2) },
    negative: { indexes: new Int32Array(0), counts: new Float64Array(0) },
    customBounds: Float64Array.of(0.1, 1),
  };
  expect(JSON.parse(encodeHistogram(custom)).buckets).toEqual([
    [3, '-Inf', '0.1', '1'],
    [0, '1', '+Inf', '2'],
  ]);
  const none = { indexes: new Int32Array(0), counts: new Float64Array(0) };
  const empty = encodeHistogram({ ...custom, count: 0, sum: 0, positive: none });
  expect(empty).toBe('{"count":"0","sum":"0"}');
});

test('statistics are part of the data; of many notes the first ten are shown', async () => {
  const timings = {
    evalTotalTime: 0,
    resultSortTime: 0,
    queryPreparationTime: 0,
    innerEvalTime: 0,
    execQueueTime: 0,
    execTotalTime: 0,
  };
  const stats = { timings, samples: { totalQueryableSamples: 3, peakSamples: 2 } };
  const warnings = Array.from({ length: 12 }, (_, i) => `w${i}`);
  const value = { kind: 'scalar', value: 1 } as const;
  const result = { timeMs: 0, value, warnings, infos: [], stats };
  const answer = JSON.parse(await textOf(encodeInstant(result, undefined)));
  expect(answer.data.stats).toEqual(stats);
  expect(answer.warnings).toHaveLength(11);
  expect(answer.warnings[10]).toBe('2 more warning annotations omitted');
});

test('labels of any text', async () => {
  const labels = {
    plain: 'a b~é日',
    quote: 'a"b\\c',
    control: '\n\u0000\u001f',
    emoji: '😀',
    half: '\ud800',
  };
  const value = { kind: 'vector', samples: [{ labels, value: 1 }] } as const;
  for (let time = 0; time < 2; time++) {
    const text = await textOf(encodeInstant({ timeMs: 0, value, ...notes }, undefined));
    expect(JSON.parse(text).data.result[0].metric).toEqual(labels);
    expect(text).toContain(JSON.stringify(labels));
  }
});

test('label sets in pieces, with notes behind them', async () => {
  const series = Array.from({ length: 5000 }, (_, i) => ({ __name__: 'm', i: `"${i}"` }));
  const { body } = successSeries(series, { warnings: ['cut'] });
  let pieces = 0;
  let text = '';
  for await (const piece of body as AsyncIterable<string>) {
    pieces++;
    text += piece;
  }
  expect(pieces).toBeGreaterThan(1);
  expect(JSON.parse(text)).toEqual({ status: 'success', data: series, warnings: ['cut'] });
  expect(JSON.parse(await textOf(successSeries([])))).toEqual({ status: 'success', data: [] });
});
