// What functions tell beside their results, in the words of Prometheus.
// https://github.com/prometheus/prometheus/blob/main/util/annotations/annotations.go
import type { Note } from '#query/vector/note.ts';
import { printGeneral } from '../syntax/number.ts';
import { quote } from '../syntax/quote.ts';

export { mismatchedBounds, resetCollision } from '#query/vector/note.ts';

const warning = (text: string): Note => ({ level: 'warning', text });
const info = (text: string): Note => ({ level: 'info', text });

const forMetric = (name: string): string => ` for metric name ${quote(name)}`;

/** What aggregations and functions without a name have none of. */
const forNamed = (name: string): string => (name === '' ? '' : forMetric(name));

export const mixedSamples = (name: string): Note =>
  warning(`encountered a mix of histograms and floats for metric name ${quote(name)}`);

export const mixedSchemas = (name: string): Note =>
  warning(
    `vector contains a mix of histograms with exponential and custom buckets schemas for metric name ${quote(name)}`,
  );

export const mixedKinds = (name: string): Note =>
  warning(`vector contains a mix of classic and native histograms${forMetric(name)}`);

export const noCounterHistogram = (name: string): Note =>
  warning(`this native histogram metric is not a counter: ${quote(name)}`);

export const noGaugeHistogram = (name: string): Note =>
  warning(`this native histogram metric is not a gauge: ${quote(name)}`);

export const startOverlaps = (name: string): Note =>
  warning(`start time of a sample overlaps with the sample before it${forNamed(name)}`);

export const histogramsIgnored = (name: string): Note =>
  info(
    `ignored histograms in a range containing both floats and histograms for metric name ${quote(name)}`,
  );

export const badQuantile = (phi: number): Note =>
  warning(`quantile value should be between 0 and 1, got ${printGeneral(phi)}`);

export const badBucket = (le: string, name: string): Note =>
  warning(
    `bucket label "le" is missing or has a malformed value of ${quote(le)}${forMetric(name)}`,
  );

const documentation =
  'https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile';

export const forcedMonotonic = (name: string): Note =>
  info(
    `input to histogram_quantile needed to be fixed for monotonicity (see ${documentation})${forMetric(name)}`,
  );

export const nanObserved = (kind: 'result' | 'skew', name: string): Note =>
  info(
    `input to histogram_quantile has NaN observations, result is ${kind === 'result' ? 'NaN' : 'skewed higher'}${forNamed(name)}`,
  );

export const nanOutOfFractions = (name: string): Note =>
  info(
    `input to histogram_fraction has NaN observations, which are excluded from all fractions${forNamed(name)}`,
  );

/** Only a hint: nothing but its name or the label of its type says what a metric is. */
export function maybeNoCounter(name: string, type: string | undefined): Note | undefined {
  if (name === '') return undefined;
  if (type !== undefined) {
    if (type === 'counter' || type === 'histogram') return undefined;
    return info(
      `metric might not be a counter, __type__ label is not set to "counter" or "histogram", got ${quote(type)}: ${quote(name)}`,
    );
  }
  if (/_(?:total|sum|count|bucket)$/.test(name)) return undefined;
  return info(
    `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${quote(name)}`,
  );
}
