// Which series belong to a family of metrics: a counter's may end in _total, a histogram's in _bucket,
// _sum and _count, and so on.
import type { MetricType } from '#codec/exposition/page.ts';

const suffixes: Readonly<Partial<Record<MetricType, readonly string[]>>> = {
  counter: ['_total', '_created'],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  gaugehistogram: ['_bucket', '_gsum', '_gcount', '_sum', '_count'],
  summary: ['_sum', '_count', '_created'],
  info: ['_info'],
};

/** Of these the family may have the suffix itself. */
const own: Readonly<Partial<Record<MetricType, string>>> = { counter: '_total', info: '_info' };

export function isOfFamily(name: string, family: string, type: MetricType): boolean {
  return baseName(name, type) === withoutSuffix(family, own[type] ?? '');
}

/** The name without what its type adds to that of the family. */
export function baseName(name: string, type: MetricType): string {
  for (const suffix of suffixes[type] ?? []) {
    if (name.endsWith(suffix)) return name.slice(0, -suffix.length);
  }
  return name;
}

const withoutSuffix = (name: string, suffix: string): string =>
  suffix !== '' && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
