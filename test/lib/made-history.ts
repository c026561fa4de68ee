// Fifty minutes of made-up samples with all that is hard in them: resets, gaps, stale markers,
// NaN and infinities, float histograms, custom buckets, other schemas, numbers among histograms.
// Native histograms begin high: Prometheus 3.5 extrapolates them below zero, newer ones do not.
import type { WireHistogram, WireSeries } from './remote-write.ts';

const stepMs = 15_000;
const steps = 200;

const times = (endMs: number): number[] =>
  Array.from({ length: steps }, (_, i) => endMs - (steps - 1 - i) * stepMs);

export function madeHistory(endMs: number): WireSeries[] {
  const at = times(endMs);
  return [...counters(at), ...gauges(at), ...special(at), ...classic(at), ...natives(at)];
}

type Labels = readonly (readonly [string, string])[];

const numbers = (
  labels: Labels,
  at: readonly number[],
  value: (i: number) => number | 'stale' | undefined,
): WireSeries => ({
  labels,
  samples: at.flatMap((timeMs, i) => {
    const given = value(i);
    return given === undefined ? [] : [{ timeMs, value: given }];
  }),
});

function counters(at: readonly number[]): WireSeries[] {
  return ['api', 'web'].flatMap((job, j) =>
    [0, 1, 2, 3].map((instance) => {
      const labels: Labels = [
        ['__name__', 'sent_requests_total'],
        ['instance', String(instance)],
        ['job', job],
      ];
      const resetEvery = instance === 3 ? 37 : 1000;
      return numbers(labels, at, (i) => (i % resetEvery) * (2 + instance + 5 * j) + i / 7);
    }),
  );
}

function gauges(at: readonly number[]): WireSeries[] {
  const named = (name: string, zone: string): Labels => [
    ['__name__', name],
    ['zone', zone],
  ];
  const zones = ['east', 'north', 'south', 'west'];
  return [
    ...zones.map((zone, z) =>
      numbers(named('sent_load', zone), at, (i) => 10 * Math.cos(i / (5 + z)) + z * 3),
    ),
    ...zones
      .slice(0, 3)
      .map((zone, z) => numbers(named('sent_limit', zone), at, (i) => 5 + z + (i % 2))),
    numbers(named('sent_time_seconds', 'east'), at, (i) => 1_700_000_000 + i * 86_413),
  ];
}

function special(at: readonly number[]): WireSeries[] {
  const odd = (kind: string): Labels => [
    ['__name__', 'sent_odd'],
    ['kind', kind],
  ];
  return [
    numbers(odd('gap'), at, (i) => (i > 60 && i < 120 ? undefined : i)),
    numbers(odd('inf'), at, (i) => (i % 5 === 0 ? Infinity : i)),
    numbers(odd('nan'), at, (i) => (i % 3 === 0 ? Number.NaN : i)),
    numbers(odd('negative inf'), at, (i) => (i % 50 === 0 ? -Infinity : -i)),
    numbers(odd('stale'), at, (i) => (i % 20 === 10 ? 'stale' : i % 20 < 10 ? i : undefined)),
    numbers(odd('tiny'), at, (i) => i * 1e-300),
  ];
}

function classic(at: readonly number[]): WireSeries[] {
  const bounds = ['0.1', '0.5', '1', '2.5', '+Inf'];
  const shares = [0.1, 0.4, 0.7, 0.9, 1];
  const jobs = ['api', 'web'];
  return jobs.flatMap((job, j) => {
    const total = (i: number): number => 10 * i * (j + 1);
    const buckets = bounds.map((le, b): WireSeries => {
      const labels: Labels = [
        ['__name__', 'sent_wait_seconds_bucket'],
        ['job', job],
        ['le', le],
      ];
      return numbers(labels, at, (i) => Math.floor(total(i) * (shares[b] as number)));
    });
    const named = (name: string): Labels => [
      ['__name__', name],
      ['job', job],
    ];
    const count = numbers(named('sent_wait_seconds_count'), at, total);
    const sum = numbers(named('sent_wait_seconds_sum'), at, (i) => total(i) * 0.75);
    return [...buckets, count, sum];
  });
}

function natives(at: readonly number[]): WireSeries[] {
  const histograms = (
    name: string,
    kind: string,
    make: (i: number) => Omit<WireHistogram, 'timeMs'> | undefined,
  ): WireSeries => ({
    labels: [
      ['__name__', name],
      ['kind', kind],
    ],
    histograms: at.flatMap((timeMs, i) => {
      const made = make(i);
      return made ? [{ timeMs, ...made }] : [];
    }),
  });
  const mixed = histograms('sent_mixed', 'both', (i) => (i % 40 < 20 ? integer(i, 1) : undefined));
  const { samples } = numbers([], at, (i) => (i % 40 < 20 ? undefined : i));
  return [
    histograms('sent_sizes', 'integer', (i) => integer(i % 90, 2)),
    histograms('sent_sizes', 'float', (i) => float(i)),
    histograms('sent_sizes', 'schemas', (i) => integer(i, i < 100 ? 3 : 1)),
    histograms('sent_bounds', 'same', (i) => custom(i, [1, 2, 5])),
    histograms('sent_bounds', 'changing', (i) => custom(i, i < 100 ? [1, 2, 5] : [1, 5])),
    { ...mixed, samples: samples ?? [] },
  ];
}

/** Counts as differences, as integer histograms are sent. */
function integer(i: number, schema: number): Omit<WireHistogram, 'timeMs'> {
  const n = i + 500;
  return {
    count: 10 * n,
    sum: 33.25 * n,
    schema,
    zeroThreshold: 0.01,
    zeroCount: n,
    positiveSpans: [
      [0, 2],
      // Now and then another bucket: a reset.
      [i % 40 < 20 ? 1 : 2, 1],
    ],
    positive: [2 * n, n, -n],
    negativeSpans: [[1, 1]],
    negative: [2 * n],
  };
}

function float(i: number): Omit<WireHistogram, 'timeMs'> {
  const n = i / 4 + 500;
  return {
    count: 6 * n,
    sum: 4.75 * n,
    schema: 0,
    zeroThreshold: 0.001,
    zeroCount: n,
    isFloat: true,
    positiveSpans: [[0, 3]],
    positive: [n, 3 * n, n],
  };
}

/** Schema -53: the upper bounds are given. */
function custom(i: number, bounds: readonly number[]): Omit<WireHistogram, 'timeMs'> {
  const n = i + 500;
  const length = bounds.length + 1;
  return {
    count: n * length,
    sum: 2.5 * n,
    schema: -53,
    customBounds: bounds,
    positiveSpans: [[0, length]],
    positive: [n, ...Array.from({ length: length - 1 }, () => 0)],
  };
}
