// `load_with_nhcb`: classic histograms (_bucket with le, _sum, _count) in, native histograms with
// custom buckets out, under the base name.
import { parseFloatText } from '#query/promql/notation/number.ts';
import { customSchema, type Histogram } from '#query/vector/histogram/histogram.ts';
import { dropLabels, METRIC_NAME, setLabels } from '#query/vector/label.ts';
import { type Labels, labelsKey } from '#query/vector/value.ts';
import type { LoadedSample, LoadedSeries } from './load.ts';

interface Classic {
  readonly buckets: Map<number, number>;
  sum: number;
  count?: number;
}

interface Family {
  readonly labels: Labels;
  readonly times: Map<number, Classic>;
}

const suffix = /^(.+)_(bucket|sum|count)$/;
const leSet: ReadonlySet<string> = new Set(['le']);

export function nativeHistograms(series: readonly LoadedSeries[]): LoadedSeries[] {
  const families = new Map<string, Family>();
  for (const one of series) addSeries(families, one);
  const made: LoadedSeries[] = [];
  for (const { labels, times } of families.values()) {
    const samples = [...times]
      .filter(([, { buckets }]) => buckets.size > 0)
      .sort(([a], [b]) => a - b)
      .map(([timeMs, classic]): LoadedSample => {
        const histogram = toHistogram(classic);
        return { timeMs, item: { kind: 'histogram', histogram, namesHint: false } };
      });
    if (samples.length > 0) made.push({ labels, samples });
  }
  return made;
}

function addSeries(families: Map<string, Family>, { labels, samples }: LoadedSeries): void {
  const [, base, part] = suffix.exec(labels[METRIC_NAME] ?? '') ?? [];
  if (base === undefined || (part === 'bucket' && labels.le === undefined)) return;
  const familyLabels = setLabels(dropLabels(labels, leSet), [[METRIC_NAME, base]]);
  const key = labelsKey(familyLabels);
  const family = families.get(key) ?? { labels: familyLabels, times: new Map() };
  families.set(key, family);
  for (const { timeMs, item } of samples) {
    if (item.kind !== 'value') continue;
    const classic = family.times.get(timeMs) ?? { buckets: new Map(), sum: 0 };
    family.times.set(timeMs, classic);
    if (part === 'bucket') classic.buckets.set(parseFloatText(labels.le as string), item.value);
    else if (part === 'sum') classic.sum = item.value;
    else classic.count = item.value;
  }
}

function toHistogram({ buckets, sum, count }: Classic): Histogram {
  const sorted = [...buckets].sort(([a], [b]) => a - b);
  const total = count ?? (sorted.at(-1)?.[1] as number);
  if (sorted.at(-1)?.[0] !== Infinity) sorted.push([Infinity, total]);
  const counts = sorted.map(([, value], i) => value - (sorted[i - 1]?.[1] ?? 0));
  if (counts.some((one) => one < 0)) throw new Error('the counts of a histogram do not ascend');
  const kept = [...counts.entries()].filter(([, one]) => one !== 0);
  return {
    schema: customSchema,
    count: total,
    sum,
    zeroThreshold: 0,
    zeroCount: 0,
    positive: {
      indexes: Int32Array.from(kept, ([index]) => index),
      counts: Float64Array.from(kept, ([, one]) => one),
    },
    negative: { indexes: new Int32Array(), counts: new Float64Array() },
    customBounds: Float64Array.from(sorted.slice(0, -1), ([bound]) => bound),
    counterReset: 'unknown',
  };
}
