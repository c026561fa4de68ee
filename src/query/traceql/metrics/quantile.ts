// Buckets by powers of 2 and quantiles between them: quantile_over_time and histogram_over_time.
import { numberOf, type Value } from '../eval/value.ts';

/** The least power of 2 that is not below the value; undefined below 2 and for what is no integer. */
export function bucketOf(value: Value): number | undefined {
  if (value.type !== 'int' && value.type !== 'duration') return undefined;
  const number = Number(numberOf(value));
  if (!(number >= 2)) return undefined;
  let bucket = 2 ** Math.ceil(Math.log2(number));
  // The logarithm of a large number may be off by the last bit.
  while (bucket < number) bucket *= 2;
  while (bucket / 2 >= number) bucket /= 2;
  return bucket;
}

/** Rising bounds. */
export interface Bucket {
  readonly bound: number;
  readonly count: number;
}

/**
 * The `q` quantile (0 to 1): where in its bucket a value lies is guessed by the exponent, between
 * the bound before and its own. Without counts 0.
 */
export function quantileOf(q: number, buckets: readonly Bucket[]): number {
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return 0;
  const wanted = Math.max(1, Math.ceil(q * total));
  let before = 0;
  for (const [i, { bound, count }] of buckets.entries()) {
    const upTo = before + count;
    if (upTo === wanted) return bound;
    if (upTo > wanted) {
      const high = Math.log2(bound);
      const low = i === 0 ? high - 1 : Math.log2((buckets[i - 1] as Bucket).bound);
      return 2 ** (low + (high - low) * ((wanted - before) / count));
    }
    before = upTo;
  }
  return (buckets.at(-1) as Bucket).bound;
}
