// Series for queries made at random: counters that reset, gauges with gaps, stale markers, NaN and
// infinities, classic and native histograms, series that change from numbers to histograms.
import { loadSeries } from '#conformance/promqltest/load.ts';
import { encodeWrite } from '#conformance/remote-write.ts';

const stepMs = 15_000;
/** Of every series; forty minutes. */
export const variedSteps = 160;
export const variedEndMs = (variedSteps - 1) * stepMs;

const from = (value: (i: number) => number | string): string =>
  Array.from({ length: variedSteps }, (_, i) => value(i)).join(' ');

function counters(): string[] {
  return ['api', 'web'].flatMap((job, j) =>
    ['a', 'b', 'c'].flatMap((instance, n) =>
      ['200', '500'].map((code, c) => {
        const reset = [1000, 47, 80][n] as number;
        const grows = 3 + j * 2 + n + c * 0.5;
        const isGone = (i: number): boolean => n === 2 && i > 70 && i < 70 + 30 * (c + 1);
        const values = from((i) => (isGone(i) ? '_' : Math.round((i % reset) * grows)));
        return `requests_total{job="${job}", instance="${instance}", code="${code}"} ${values}`;
      }),
    ),
  );
}

function gauges(): string[] {
  const wave = (i: number, n: number): string => (10 * Math.sin(i / (4 + n)) + n).toFixed(3);
  const odd = ['NaN', 'Inf', '-Inf', '-0', '0', '1e-300', '1e300'];
  return [
    ...['a', 'b', 'c'].map(
      (one, n) => `load{job="api", instance="${one}"} ${from((i) => wave(i, n))}`,
    ),
    ...['a', 'b'].map(
      (one, n) => `load{job="web", instance="${one}"} ${from((i) => wave(i, n + 5))}`,
    ),
    `load{job="web", instance="c"} ${from((i) => (i % 20 < 12 ? i : i % 20 === 12 ? 'stale' : '_'))}`,
    `limit{job="api"} ${from((i) => 5 + (i % 3))}`,
    `limit{job="web"} ${from((i) => -2 + (i % 5))}`,
    ...odd.map(
      (value, n) => `odd{kind="${n}"} ${from((i) => (i % (n + 2) === 0 ? value : i - 80))}`,
    ),
    `only_nan ${from(() => 'NaN')}`,
    `constant{job="api", "utf8.name"="é"} ${from(() => 42)}`,
    `wall_seconds ${from((i) => 1_700_000_000 + i * 86_413)}`,
    `sparse ${from((i) => (i % 23 === 0 ? i : '_'))}`,
  ];
}

function classics(): string[] {
  const bounds = ['0.1', '0.5', '1', '2.5', '+Inf'];
  return ['api', 'web'].flatMap((job, j) => {
    const total = (i: number): number => (i % 90) * 12 * (j + 1);
    return [
      ...bounds.map((le, b) => {
        const share = [0.1, 0.4, 0.7, 0.9, 1][b] as number;
        return `wait_seconds_bucket{job="${job}", le="${le}"} ${from((i) => Math.floor(total(i) * share))}`;
      }),
      `wait_seconds_count{job="${job}"} ${from(total)}`,
      `wait_seconds_sum{job="${job}"} ${from((i) => total(i) * 0.75)}`,
    ];
  });
}

/** They begin high: Prometheus 3.5 extrapolates them below zero, newer ones do not. */
function natives(): string[] {
  const counted = (i: number, schema: number): string => {
    const n = 100_000 + i * 7;
    const buckets = `buckets:[${n} ${n * 2} 0 ${n}]`;
    return `{{schema:${schema} count:${n * 5} sum:${n * 3} z_bucket:${n} z_bucket_w:0.001 ${buckets}}}`;
  };
  const negative = (i: number): string =>
    `{{schema:1 count:${9 + i} sum:${-3 - i} z_bucket:1 z_bucket_w:0.5 buckets:[2 1] offset:1 n_buckets:[1 ${4 + i}] n_offset:2 counter_reset_hint:gauge}}`;
  return [
    `size{job="api"} ${from((i) => counted(i % 100, 2))}`,
    `size{job="web"} ${from((i) => counted(i, i % 40 < 20 ? 0 : 1))}`,
    `balance{job="api"} ${from((i) => negative(i % 17))}`,
    `balance{job="web"} ${from((i) => (i % 30 < 20 ? negative(i) : i % 30 === 20 ? 'stale' : '_'))}`,
    `bounds{job="api"} ${from((i) => `{{schema:-53 count:${40_000 + 4 * i} sum:${9 * i} custom_values:[1 2 5] buckets:[${10_000 + i} ${20_000 + 2 * i} 0 ${10_000 + i}]}}`)}`,
    `mixed{job="api"} ${from((i) => (i % 40 < 20 ? counted(i, 1) : i))}`,
    `mixed{job="web"} ${from((i) => i * 2)}`,
  ];
}

function infos(): string[] {
  return [
    ...['api', 'web'].map(
      (job) => `target_info{job="${job}", instance="a", version="1"} ${from(() => 1)}`,
    ),
    `target_info{job="api", instance="b", version="2", zone="x"} ${from(() => 1)}`,
    `build_info{job="api", instance="a", commit="c1"} ${from(() => 1)}`,
  ];
}

/** Bodies of remote write in the order of time. */
export function variedSeries(epochMs: number): Uint8Array[] {
  const lines = [counters(), gauges(), classics(), natives(), infos()].flat();
  const series = loadSeries({ kind: 'load', line: 1, stepMs, lines, withNative: false });
  const windowMs = stepMs * 20;
  const bodies: Uint8Array[] = [];
  for (let startMs = 0; startMs <= variedEndMs; startMs += windowMs) {
    const window = series.map(({ labels, samples }) => ({
      labels,
      samples: samples
        .filter(({ timeMs }) => timeMs >= startMs && timeMs < startMs + windowMs)
        .map((sample) => ({ ...sample, timeMs: sample.timeMs + epochMs })),
    }));
    bodies.push(encodeWrite(window.filter(({ samples }) => samples.length > 0)));
  }
  return bodies;
}
