// A sum of histograms that grows by one histogram at a time, with what rounding loses kept aside for
// each of its numbers. Changed in place, because queries add millions of histograms.
import { addCompensated } from '../sum.ts';
import { alignHistograms } from './align.ts';
import { hasCustomBounds } from './bound.ts';
import { bucketsOf, noBuckets } from './buckets.ts';
import { combineResets } from './counter-reset.ts';
import { sameBounds } from './custom-bounds.ts';
import type { Buckets, CounterReset, Histogram } from './histogram.ts';

/** Indexes of the plain numbers. */
const COUNT = 0;
const SUM = 1;
const ZERO_COUNT = 2;

export class RunningTotal {
  boundsReconciled = false;
  /** Schema, zero threshold and custom bounds of the sum; its numbers are those of the first one. */
  #layout: Histogram;
  #counterReset: CounterReset;
  #numbers = new Float64Array(3);
  #lost = new Float64Array(3);
  #positive: BucketTotal;
  #negative: BucketTotal;

  constructor(first: Histogram) {
    this.#layout = first;
    this.#counterReset = first.counterReset;
    this.#numbers.set([first.count, first.sum, first.zeroCount]);
    this.#positive = new BucketTotal(first.positive);
    this.#negative = new BucketTotal(first.negative);
  }

  copy(): RunningTotal {
    const copy = new RunningTotal(this.#layout);
    copy.boundsReconciled = this.boundsReconciled;
    copy.#counterReset = this.#counterReset;
    copy.#numbers.set(this.#numbers);
    copy.#lost.set(this.#lost);
    copy.#positive = this.#positive.copy();
    copy.#negative = this.#negative.copy();
    return copy;
  }

  /** False, and nothing is added, when only one of the two has custom bounds. */
  add(histogram: Histogram): boolean {
    const added = this.#hasLayoutOf(histogram) ? histogram : this.#align(histogram);
    if (!added) return false;
    const numbers = this.#numbers;
    addCompensated(numbers, this.#lost, COUNT, added.count);
    addCompensated(numbers, this.#lost, SUM, added.sum);
    addCompensated(numbers, this.#lost, ZERO_COUNT, added.zeroCount);
    this.#positive.add(added.positive);
    this.#negative.add(added.negative);
    this.#counterReset = combineResets(this.#counterReset, added.counterReset);
    return true;
  }

  /** Every number through `of`. */
  scale(of: (value: number) => number): void {
    this.#numbers = this.#numbers.map(of);
    this.#lost = this.#lost.map(of);
    this.#positive.scale(of);
    this.#negative.scale(of);
  }

  get hasOverflow(): boolean {
    return (
      this.#numbers.some(isInfinite) || this.#positive.hasOverflow || this.#negative.hasOverflow
    );
  }

  get histogram(): Histogram {
    const at = (i: number): number => (this.#numbers[i] as number) + (this.#lost[i] as number);
    return {
      ...this.#layout,
      count: at(COUNT),
      sum: at(SUM),
      zeroCount: at(ZERO_COUNT),
      positive: this.#positive.buckets,
      negative: this.#negative.buckets,
      counterReset: this.#counterReset,
    };
  }

  #hasLayoutOf({ schema, zeroThreshold, customBounds }: Histogram): boolean {
    return (
      this.#layout.schema === schema &&
      this.#layout.zeroThreshold === zeroThreshold &&
      sameBounds(this.#layout.customBounds, customBounds)
    );
  }

  /** Brings itself to the layout of both; gives the histogram in that layout. */
  #align(histogram: Histogram): Histogram | undefined {
    const own = this.#with(this.#numbers, this.#positive.counted, this.#negative.counted);
    const aligned = alignHistograms(own, histogram);
    if (!aligned) return undefined;
    const { left, right } = aligned;
    const lost = alignHistograms(
      this.#with(this.#lost, this.#positive.uncounted, this.#negative.uncounted),
      { ...left, zeroCount: 0, positive: noBuckets, negative: noBuckets },
    );
    this.boundsReconciled ||= aligned.boundsReconciled;
    this.#layout = left;
    this.#numbers = Float64Array.of(left.count, left.sum, left.zeroCount);
    this.#positive = new BucketTotal(left.positive);
    this.#negative = new BucketTotal(left.negative);
    if (lost) {
      this.#lost = Float64Array.of(lost.left.count, lost.left.sum, lost.left.zeroCount);
      this.#positive.lose(lost.left.positive);
      this.#negative.lose(lost.left.negative);
    }
    return right;
  }

  #with(numbers: Float64Array, positive: Buckets, negative: Buckets): Histogram {
    const [count, sum, zeroCount] = numbers as unknown as [number, number, number];
    const isCustom = hasCustomBounds(this.#layout);
    return {
      ...this.#layout,
      count,
      sum,
      zeroCount: isCustom ? 0 : zeroCount,
      positive,
      negative,
    };
  }
}

/** One side of the sum. Indexes may have a count of 0 here. */
class BucketTotal {
  #indexes: Int32Array;
  #counts: Float64Array;
  #lost: Float64Array;

  constructor({ indexes, counts }: Buckets) {
    this.#indexes = indexes;
    this.#counts = counts.slice();
    this.#lost = new Float64Array(counts.length);
  }

  copy(): BucketTotal {
    const copy = new BucketTotal({ indexes: this.#indexes, counts: this.#counts });
    copy.#lost.set(this.#lost);
    return copy;
  }

  add({ indexes, counts }: Buckets): void {
    this.#makePlace(indexes);
    let own = 0;
    for (let i = 0; i < indexes.length; i++) {
      while (this.#indexes[own] !== indexes[i]) own++;
      addCompensated(this.#counts, this.#lost, own, counts[i] as number);
    }
  }

  /** Adds to what was lost. */
  lose({ indexes, counts }: Buckets): void {
    this.#makePlace(indexes);
    let own = 0;
    for (let i = 0; i < indexes.length; i++) {
      while (this.#indexes[own] !== indexes[i]) own++;
      this.#lost[own] = (this.#lost[own] as number) + (counts[i] as number);
    }
  }

  scale(of: (value: number) => number): void {
    this.#counts = this.#counts.map(of);
    this.#lost = this.#lost.map(of);
  }

  get hasOverflow(): boolean {
    return this.#counts.some(isInfinite);
  }

  get buckets(): Buckets {
    const lost = this.#lost;
    return bucketsOf(
      this.#indexes,
      this.#counts.map((count, i) => count + (lost[i] as number)),
    );
  }

  get counted(): Buckets {
    return bucketsOf(this.#indexes, this.#counts);
  }

  get uncounted(): Buckets {
    return bucketsOf(this.#indexes, this.#lost);
  }

  /** Makes sure that `indexes` are among its own. */
  #makePlace(indexes: Int32Array): void {
    if (indexes.length === 0 || includesAll(this.#indexes, indexes)) return;
    const united = Int32Array.from(new Set([...this.#indexes, ...indexes])).sort();
    const counts = new Float64Array(united.length);
    const lost = new Float64Array(united.length);
    let at = 0;
    for (let i = 0; i < this.#indexes.length; i++) {
      while (united[at] !== this.#indexes[i]) at++;
      counts[at] = this.#counts[i] as number;
      lost[at] = this.#lost[i] as number;
    }
    this.#indexes = united;
    this.#counts = counts;
    this.#lost = lost;
  }
}

/** Both ascend. */
function includesAll(all: Int32Array, some: Int32Array): boolean {
  if (some.length > all.length) return false;
  let at = 0;
  for (let i = 0; i < some.length; i++) {
    const wanted = some[i] as number;
    while (at < all.length && (all[at] as number) < wanted) at++;
    if (all[at] !== wanted) return false;
  }
  return true;
}

const isInfinite = (value: number): boolean => value === Infinity || value === -Infinity;
