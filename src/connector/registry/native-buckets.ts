// The buckets of a native histogram: bucket i of schema s holds (2^((i-1)/2^s), 2^(i/2^s)].
// https://prometheus.io/docs/specs/native_histograms/
import type { HistogramSample } from '#model/sample-batch.ts';

/** The finest resolution: each bound is at most 1.1 times the one below, as Tempo asks for. */
const finestSchema = 3;
const coarsestSchema = -4;
/** With more buckets than this the resolution is halved. */
const bucketsMax = 100;
/** The default of Prometheus's clients: 2^-128. Values up to it are taken for 0. */
const zeroThreshold = 2 ** -128;

const none = new Float64Array(0);
const noSpans = new Int32Array(0);

export class NativeBuckets {
  #schema = finestSchema;
  #zeroCount = 0;
  /** Of the buckets from `#first` on. */
  #counts = new Float64Array(0);
  #first = 0;
  #filled = 0;

  /** `value` is not negative. */
  add(value: number, weight: number): void {
    if (value <= zeroThreshold) {
      this.#zeroCount += weight;
      return;
    }
    this.#count(bucketOf(value, this.#schema), weight);
    while (this.#filled > bucketsMax && this.#schema > coarsestSchema) this.#halve();
  }

  toSample(count: number, sum: number): HistogramSample {
    return {
      schema: this.#schema,
      count,
      sum,
      zeroThreshold,
      zeroCount: this.#zeroCount,
      ...this.#spans(),
      negativeSpans: noSpans,
      negativeCounts: none,
      customBounds: none,
      counterReset: 0,
    };
  }

  #count(bucket: number, weight: number): void {
    if (bucket < this.#first || bucket >= this.#first + this.#counts.length) this.#reach(bucket);
    const at = bucket - this.#first;
    const before = this.#counts[at] as number;
    if (before === 0) this.#filled++;
    this.#counts[at] = before + weight;
  }

  /** Makes room for `bucket`, and some on that side of it. */
  #reach(bucket: number): void {
    const spare = 8;
    const isEmpty = this.#counts.length === 0;
    const end = this.#first + this.#counts.length;
    const first = isEmpty ? bucket : Math.min(this.#first, bucket - spare);
    const last = isEmpty ? bucket : Math.max(end - 1, bucket + spare);
    const grown = new Float64Array(last - first + 1);
    if (!isEmpty) grown.set(this.#counts, this.#first - first);
    this.#counts = grown;
    this.#first = first;
  }

  /** Two buckets become one. */
  #halve(): void {
    const counts = this.#counts;
    const first = this.#first;
    this.#schema--;
    this.#counts = none;
    this.#filled = 0;
    for (let i = 0; i < counts.length; i++) {
      const count = counts[i] as number;
      if (count > 0) this.#count(Math.ceil((first + i) / 2), count);
    }
  }

  #spans(): Pick<HistogramSample, 'positiveSpans' | 'positiveCounts'> {
    const spans: number[] = [];
    const counts: number[] = [];
    let next = 0;
    this.#counts.forEach((count, i) => {
      if (count === 0) return;
      const bucket = this.#first + i;
      const gap = bucket - next;
      if (spans.length > 0 && gap === 0) spans[spans.length - 1] = (spans.at(-1) as number) + 1;
      else spans.push(gap, 1);
      counts.push(count);
      next = bucket + 1;
    });
    return {
      positiveSpans: Int32Array.from(spans),
      positiveCounts: Float64Array.from(counts),
    };
  }
}

/** The logarithm is a guess that may be off by one where the value is a bound. */
function bucketOf(value: number, schema: number): number {
  const perDoubling = 2 ** schema;
  let bucket = Math.ceil(Math.log2(value) * perDoubling);
  while (value > 2 ** (bucket / perDoubling)) bucket++;
  while (value <= 2 ** ((bucket - 1) / perDoubling)) bucket--;
  return bucket;
}
