// Made-up metrics like real ones, the same in every run: counters that grow unevenly, buckets of
// histograms, gauges that wander. Values are made step by step, in order.

/** Numbers from 0 to 1 from a seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const families = ['counters', 'buckets', 'gauges'] as const;
export type Family = (typeof families)[number];

export interface MadeSeries {
  readonly labels: readonly (readonly [string, string])[];
  /** The value of the next step. */
  next(): number;
}

export const seriesPerFamily = 10_000;
const jobs = 20;
const bounds = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '+Inf'];

export function makeSeries(family: Family): MadeSeries[] {
  switch (family) {
    case 'counters':
      return Array.from({ length: seriesPerFamily }, (_, i) => counter(i));
    case 'buckets':
      return Array.from({ length: seriesPerFamily / bounds.length }, (_, i) => histogram(i)).flat();
    case 'gauges':
      return Array.from({ length: seriesPerFamily }, (_, i) => gauge(i));
  }
}

const targetOf = (i: number): [string, string][] => [
  ['instance', `10.0.${Math.floor(i / 100) % 256}.${i % 100}:9100`],
  ['job', `job-${i % jobs}`],
];

function counter(i: number): MadeSeries {
  const random = randomOf(i);
  const perStep = Math.floor(random() * 1000);
  let value = Math.floor(random() * 1e6);
  return {
    labels: [['__name__', 'bench_requests_total'], ['code', '200'], ...targetOf(i)],
    next: () => {
      value += Math.floor(random() * perStep);
      return value;
    },
  };
}

function gauge(i: number): MadeSeries {
  const random = randomOf(i + 1e6);
  let value = random() * 8e9;
  return {
    labels: [['__name__', 'bench_memory_bytes'], ...targetOf(i)],
    next: () => {
      if (random() < 0.7) value += Math.round((random() - 0.5) * 1e6) * 4096;
      return Math.round(value);
    },
  };
}

function histogram(i: number): MadeSeries[] {
  const random = randomOf(i + 2e6);
  const counts = bounds.map(() => 0);
  const observe = (): void => {
    const observed = Math.floor(random() * 50);
    for (let n = 0; n < observed; n++) {
      const at = Math.min(bounds.length - 1, Math.floor(-Math.log(1 - random()) * 3));
      for (let le = at; le < bounds.length; le++) counts[le] = (counts[le] as number) + 1;
    }
  };
  return bounds.map((le, at) => ({
    labels: [['__name__', 'bench_duration_seconds_bucket'], ...targetOf(i), ['le', le]],
    next: () => {
      if (at === 0) observe();
      return counts[at] as number;
    },
  }));
}
