import { describe, expect, it } from 'vitest';
import { entriesOf } from '../../../test/lib/exposition-entries.ts';
import {
  encodeFamilies,
  type FamilyMessage,
  type HistogramMessage,
} from '../../../test/lib/metric-family.ts';

const seenOf = (family: FamilyMessage, options?: Parameters<typeof entriesOf>[2]) =>
  entriesOf(encodeFamilies([family]), 'protobuf', options).map(({ key: _, ...entry }) => entry);

const series = (family: FamilyMessage, options?: Parameters<typeof entriesOf>[2]) =>
  seenOf(family, options).filter(({ kind }) => kind === 'series' || kind === 'histogram');

const native: HistogramMessage = {
  count: 6,
  sum: 18.4,
  schema: 0,
  zeroThreshold: 0.001,
  zeroCount: 1,
  positiveSpans: [
    [0, 2],
    [1, 1],
  ],
  positiveDeltas: [1, 1, -1],
  negativeSpans: [[2, 1]],
  negativeDeltas: [1],
  createdSeconds: 1700,
};

const histogramFamily = (histogram: HistogramMessage): FamilyMessage => ({
  name: 'h',
  type: 'histogram',
  metrics: [{ labels: { x: '1' }, histogram }],
});

describe('families', () => {
  it('of counters, with exemplar, start and time', () => {
    const exemplar = { labels: { trace_id: 'a' }, value: 2, seconds: 5 };
    const metrics = [
      { labels: { b: '2', a: '1' }, value: 3, exemplar, createdSeconds: 100, timestampMs: 7 },
    ];
    const family = { name: 'c_total', help: 'what', type: 'counter' as const, metrics };
    expect(seenOf(family)).toEqual([
      { kind: 'type', family: 'c_total', text: 'counter' },
      { kind: 'help', family: 'c_total', text: 'what' },
      {
        kind: 'series',
        labels: { __name__: 'c_total', a: '1', b: '2' },
        value: 3,
        timeMs: 7,
        startMs: 100_000,
        exemplars: [{ labels: { trace_id: 'a' }, value: 2, timeMs: 5000 }],
      },
    ]);
  });

  it('have units that end their names', () => {
    const of = (name: string, type: 'counter' | 'gauge') =>
      seenOf({ name, type, unit: 'seconds', metrics: [{ value: 1 }] });
    expect(of('a_seconds', 'gauge')[1]).toMatchObject({ kind: 'unit', text: 'seconds' });
    expect(of('a_seconds_total', 'counter')[1]).toMatchObject({ kind: 'unit' });
    expect(() => of('a', 'gauge')).toThrow('unit "seconds" is not the end of the metric name "a"');
  });

  it('of summaries', () => {
    const metrics = [
      {
        value: 9,
        quantiles: [
          [0.5, 1],
          [1, 2],
        ] as const,
      },
    ];
    expect(series({ name: 's', type: 'summary', metrics })).toEqual([
      { kind: 'series', labels: { __name__: 's_count' }, value: 2 },
      { kind: 'series', labels: { __name__: 's_sum' }, value: 9 },
      { kind: 'series', labels: { __name__: 's', quantile: '0.5' }, value: 1 },
      { kind: 'series', labels: { __name__: 's', quantile: '1.0' }, value: 2 },
    ]);
  });

  it('without metrics say nothing', () => {
    expect(seenOf({ name: 'x', type: 'gauge', metrics: [] })).toEqual([]);
  });

  it('follow one another', () => {
    const family = (name: string) => ({ name, type: 'untyped' as const, metrics: [{ value: 1 }] });
    const names = entriesOf(encodeFamilies([family('a'), family('b')]), 'protobuf')
      .filter(({ kind }) => kind === 'series')
      .map(({ labels }) => labels?.['__name__']);
    expect(names).toEqual(['a', 'b']);
  });
});

describe('histograms', () => {
  const buckets = [
    [0.5, 2],
    [1, 5, { labels: { id: 'e' }, value: 0.7, seconds: 3 }],
  ] as const;

  it('of integers', () => {
    expect(series(histogramFamily(native))).toEqual([
      {
        kind: 'histogram',
        labels: { __name__: 'h', x: '1' },
        startMs: 1_700_000,
        histogram: {
          schema: 0,
          count: 6,
          sum: 18.4,
          zeroThreshold: 0.001,
          zeroCount: 1,
          positiveSpans: Int32Array.of(0, 2, 1, 1),
          positiveCounts: Float64Array.of(1, 2, 1),
          negativeSpans: Int32Array.of(2, 1),
          negativeCounts: Float64Array.of(1),
          customBounds: new Float64Array(0),
          counterReset: 0,
        },
      },
    ]);
  });

  it('of floats, of gauges', () => {
    const histogram: HistogramMessage = {
      countFloat: 1.5,
      schema: 3,
      positiveSpans: [[-2, 1]],
      positiveCounts: [1.5],
    };
    const [seen] = series({ name: 'g', type: 'gaugehistogram', metrics: [{ histogram }] });
    expect(seen?.histogram).toMatchObject({
      count: 1.5,
      schema: 3,
      positiveSpans: Int32Array.of(-2, 1),
      positiveCounts: Float64Array.of(1.5),
      counterReset: 3,
    });
  });

  it('with classic buckets alone', () => {
    expect(series(histogramFamily({ count: 5, sum: 3, buckets }))).toEqual([
      { kind: 'series', labels: { __name__: 'h_count', x: '1' }, value: 5 },
      { kind: 'series', labels: { __name__: 'h_sum', x: '1' }, value: 3 },
      { kind: 'series', labels: { __name__: 'h_bucket', le: '0.5', x: '1' }, value: 2 },
      {
        kind: 'series',
        labels: { __name__: 'h_bucket', le: '1.0', x: '1' },
        value: 5,
        exemplars: [{ labels: { id: 'e' }, value: 0.7, timeMs: 3000 }],
      },
      { kind: 'series', labels: { __name__: 'h_bucket', le: '+Inf', x: '1' }, value: 5 },
    ]);
  });

  it('with both: the native one, and the classic one when it is asked for', () => {
    const both = histogramFamily({ ...native, buckets });
    const kinds = (options?: Parameters<typeof entriesOf>[2]) =>
      series(both, options).map(({ kind, labels }) => `${kind} ${labels?.['__name__']}`);
    const [first] = series(both);
    expect(first?.exemplars).toEqual([{ labels: { id: 'e' }, value: 0.7, timeMs: 3000 }]);
    expect(kinds()).toEqual(['histogram h']);
    const classic = ['h_count', 'h_sum', 'h_bucket', 'h_bucket', 'h_bucket'];
    const lines = classic.map((name) => `series ${name}`);
    expect(kinds({ nativeHistograms: true, alwaysClassic: true })).toEqual([
      'histogram h',
      ...lines,
    ]);
    expect(kinds({ nativeHistograms: false, alwaysClassic: false })).toEqual(lines);
  });

  it('that have seen nothing yet are native by a span of no length', () => {
    const [seen] = series(histogramFamily({ count: 0, positiveSpans: [[0, 0]] }));
    expect(seen?.kind).toBe('histogram');
  });

  const bad = (change: HistogramMessage, message: string) =>
    it(`refuses: ${message}`, () =>
      expect(() => series(histogramFamily({ ...native, ...change }))).toThrow(message));
  bad({ schema: 9 }, 'schema 9, which is not between -4 and 8');
  bad({ positiveDeltas: [1, 1] }, '2 positive buckets, its spans 3');
  bad({ positiveDeltas: [1, 1, -3] }, 'a negative count in a positive bucket');
  bad({ count: 4 }, 'counts 4 observations, its buckets 6');
  bad(
    {
      positiveSpans: [
        [0, 2],
        [-1, 1],
      ],
    },
    'positive spans that overlap',
  );
});

describe('bytes that are no page', () => {
  const bad = (bytes: Uint8Array, message: RegExp) =>
    it(String(message), () =>
      expect(() => entriesOf(bytes, 'protobuf')).toThrow(
        expect.objectContaining({
          code: 'exposition_malformed',
          message: expect.stringMatching(message),
        }),
      ),
    );
  bad(Buffer.from('# TYPE a gauge\na 1\n'), /^byte \d+: /);
  bad(encodeFamilies([histogramFamily(native)]).subarray(0, 20), /^byte 0: a length runs beyond/);
  bad(
    encodeFamilies([{ name: '', type: 'gauge', metrics: [{ value: 1 }] }]),
    /a family has no name/,
  );
});
