import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistogramSample } from '#model/histogram-sample.ts';
import {
  type ReadSample,
  readFrames,
  readSamplesResponse,
  writeReadRequest,
} from '../../../test/lib/remote-read.ts';
import { decodeReadRequest } from './request.ts';
import { encodeFrames, SamplesWriter } from './response.ts';
import type { ReadSeries } from './series.ts';

const labels = [
  ['__name__', 'm'],
  ['job', 'x'],
] as const;

function concatenated(pieces: Iterable<Uint8Array>): Uint8Array {
  return Uint8Array.from([...pieces].flatMap((piece) => [...piece]));
}

const throughFrames = (series: ReadSeries): ReadSample[] =>
  readFrames(concatenated(encodeFrames(series, 0)))[0]?.['m{job="x"}'] ?? [];

function throughSamples(series: ReadSeries): ReadSample[] {
  const writer = new SamplesWriter();
  writer.beginResult();
  writer.series(series);
  return readSamplesResponse(writer.finish())[0]?.['m{job="x"}'] ?? [];
}

const floats = (samples: readonly (readonly [number, number])[]): ReadSeries => ({
  labels,
  times: Float64Array.from(samples, ([time]) => time),
  values: Float64Array.from(samples, ([, value]) => value),
});

describe('floats', () => {
  it('come back from frames and from messages', () => {
    const sample = fc.tuple(
      fc.oneof(
        fc.integer({ min: 1, max: 100_000 }),
        fc.maxSafeInteger().map((n) => (1 + Math.abs(n) / 1e6) | 0),
      ),
      fc.oneof(fc.double(), fc.integer()),
    );
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 2e12 }), fc.array(sample), (start, steps) => {
        let time = start;
        const samples = steps.map(([step, value]) => {
          time += Math.abs(step) + 1;
          return [time, value] as const;
        });
        const series = floats(samples);
        expect(throughFrames(series)).toEqual(samples);
        expect(throughSamples(series)).toEqual(samples);
      }),
    );
  });

  it('keep stale markers', () => {
    const series = floats([
      [1, 1],
      [2, 0],
    ]);
    new BigUint64Array(series.values.buffer)[1] = 0x7ff0000000000002n;
    expect(throughFrames(series)).toEqual([
      [1, 1],
      [2, 'stale'],
    ]);
    expect(throughSamples(series)).toEqual(throughFrames(series));
  });

  it('as the chunk that Prometheus makes of them', () => {
    // 3 samples: 1000 1, 2000 1, 3000 2: count, varint 1000, 1.0, uvarint 1000, 0, 0, 1 1 …
    const [frame] = encodeFrames(
      floats([
        [1000, 1],
        [2000, 1],
        [3000, 2],
      ]),
      0,
    );
    const hex = Buffer.from(frame ?? []).toString('hex');
    expect(hex).toContain('0003d00f3ff0000000000000e8073');
  });
});

const histogram = (change: Partial<HistogramSample> = {}): HistogramSample => ({
  schema: 1,
  count: 6,
  sum: 3.5,
  zeroThreshold: 2 ** -128,
  zeroCount: 1,
  positiveSpans: Int32Array.of(-3, 2),
  positiveCounts: Float64Array.of(2, 1),
  negativeSpans: Int32Array.of(0, 1, 5, 1),
  negativeCounts: Float64Array.of(1, 1),
  customBounds: new Float64Array(0),
  counterReset: 2,
  ...change,
});

describe('histograms', () => {
  const custom = {
    schema: -53,
    zeroThreshold: 0,
    zeroCount: 0,
    negativeSpans: new Int32Array(0),
    negativeCounts: new Float64Array(0),
    customBounds: Float64Array.of(-1, 0.005, 1e9),
  };
  const cases: Record<string, readonly (HistogramSample | undefined)[]> = {
    'of one layout': [
      histogram({ counterReset: 0 }),
      histogram(),
      histogram({ sum: -1, count: 9 }),
    ],
    'that begin anew': [
      histogram({ counterReset: 0 }),
      histogram({ counterReset: 1 }),
      histogram(),
    ],
    'that are gauges': [histogram({ counterReset: 3 }), histogram({ counterReset: 3 })],
    'with another threshold': [
      histogram({ counterReset: 0, zeroThreshold: 0.001 }),
      histogram({ counterReset: 0, zeroThreshold: 0 }),
    ],
    'with custom bounds': [histogram({ ...custom, counterReset: 0 }), histogram(custom)],
    'between floats': [undefined, histogram({ counterReset: 0 }), undefined],
  };
  it.each(Object.entries(cases))('%s come back', (_, histograms) => {
    const series: ReadSeries = {
      ...floats(histograms.map((_, i) => [1_700_000_000_000 + i * 15_000, i])),
      histograms,
    };
    const expected = histograms.map((one, i) => {
      if (!one) return [series.times[i], i];
      const { counterReset, ...rest } = one;
      const lists = Object.entries(rest).map(([key, value]) => [
        key,
        typeof value === 'number' ? value : [...value],
      ]);
      return [series.times[i], { ...Object.fromEntries(lists), hint: counterReset }];
    });
    expect(throughFrames(series)).toEqual(expected);
    expect(throughSamples(series)).toEqual(expected);
  });
});

describe('decodeReadRequest', () => {
  const query = { startMs: -5, endMs: 1e12, matchers: [[3, 'job', 'a|b']] } as const;
  it('reads queries and takes the first response type that it knows', () => {
    expect(decodeReadRequest(writeReadRequest([query], [9, 1, 0]))).toEqual({
      queries: [
        { startMs: -5, endMs: 1e12, matchers: [{ operator: '!~', name: 'job', value: 'a|b' }] },
      ],
      responseType: 'chunks',
    });
    expect(decodeReadRequest(writeReadRequest([query])).responseType).toBe('samples');
  });
  it('refuses others', () => {
    const of = (bytes: Uint8Array) => () => decodeReadRequest(bytes);
    expect(of(writeReadRequest([query], [9]))).toThrow(/does not support any of the requested/);
    expect(of(Uint8Array.of(0x0a, 0xff))).toThrow(/cannot decode prometheus.ReadRequest/);
    expect(of(writeReadRequest([{ ...query, matchers: [[7, 'a', 'b']] }]))).toThrow(
      /matcher type 7/,
    );
  });
});
