// The bounds of buckets. Exponential ones are the very numbers that Prometheus and its clients have,
// which are not always the nearest to the power of two: see `factors`.
// https://prometheus.io/docs/specs/native_histograms/#schema
import { customSchema, type Histogram } from './histogram.ts';

/** 2^(2^-schema) as Go's math.Exp2 gives them, the first of them too low by a bit; index: schema. */
const factors: readonly number[] = [
  2,
  Math.SQRT2 - Number.EPSILON,
  1.189207115002721,
  1.0905077326652577,
  1.0442737824274138,
  1.0218971486541166,
  1.0108892860517005,
  1.0054299011128027,
  1.0027112750502025,
];
const finest = factors.length - 1;

/** 2^(i/256 - 1) for i from 0 to 255. Each second bound of a schema is one of the schema before. */
const fractions = ((): Float64Array => {
  const size = 2 ** finest;
  const table = new Float64Array(size);
  table[0] = 0.5;
  for (let schema = 1; schema <= finest; schema++) {
    const step = size >> schema;
    for (let i = step; i < size; i += 2 * step) {
      table[i] = (table[i - step] as number) * (factors[schema] as number);
    }
  }
  return table;
})();

/** The upper bound of bucket `index`; of the last one for numbers that are finite, the greatest. */
export function exponentialBound(index: number, schema: number): number {
  if (schema < 0) {
    const exponent = index * 2 ** -schema;
    return exponent === 1024 ? Number.MAX_VALUE : 2 ** exponent;
  }
  const place = (index & (2 ** schema - 1)) << (finest - schema);
  const exponent = (index >> schema) + 1;
  const fraction = fractions[place] as number;
  if (fraction === 0.5 && exponent === 1025) return Number.MAX_VALUE;
  return exponent > 1000 ? fraction * 2 * 2 ** (exponent - 1) : fraction * 2 ** exponent;
}

/** The upper bound of bucket `index` with custom bounds. */
export function customBound(index: number, bounds: Float64Array): number {
  if (index < 0) return -Infinity;
  return index < bounds.length ? (bounds[index] as number) : Infinity;
}

/** The upper bound of the positive bucket `index`; its lower one is that of `index - 1`. */
export function upperBound({ schema, customBounds }: Histogram, index: number): number {
  return schema === customSchema
    ? customBound(index, customBounds)
    : exponentialBound(index, schema);
}

export const hasCustomBounds = ({ schema }: Histogram): boolean => schema === customSchema;
