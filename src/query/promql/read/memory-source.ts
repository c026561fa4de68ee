// Samples in memory, for the evaluator without an engine: test scripts and unit tests of rules.
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { compareLabels, labelOf } from '#query/vector/label.ts';
import { setStaleMarker } from '#query/vector/stale.ts';
import { type Labels, labelsKey, type RawSeries } from '#query/vector/value.ts';
import { compileMatcher } from '../check/matcher.ts';
import type { Item } from '../notation/series.ts';
import type { Read } from '../plan/node.ts';
import { resetHint } from './reset-hint.ts';
import type { SampleSource } from './source.ts';

interface Sample {
  readonly timeMs: number;
  readonly item: Item;
  readonly startMs: number | undefined;
}

interface Stored {
  readonly labels: Labels;
  readonly samples: Map<number, Sample>;
  /** Made when first read after a change. */
  sorted: readonly Sample[] | undefined;
}

export class MemorySource implements SampleSource {
  readonly pushDown = 'never';
  readonly #series = new Map<string, Stored>();

  clear(): void {
    this.#series.clear();
  }

  /** Replaces what the series has at that time. `startMs`: when counting began, if known. */
  append(labels: Labels, timeMs: number, item: Item, startMs?: number): void {
    const key = labelsKey(labels);
    let stored = this.#series.get(key);
    if (!stored) {
      stored = { labels, samples: new Map(), sorted: undefined };
      this.#series.set(key, stored);
    }
    stored.samples.set(timeMs, { timeMs, item, startMs });
    stored.sorted = undefined;
  }

  select: SampleSource['select'] = async (read, { budget }) => {
    const matchers = read.matchers.map((matcher) => ({
      label: matcher.label,
      accepts: compileMatcher(matcher),
    }));
    const found: RawSeries[] = [];
    for (const stored of this.#series.values()) {
      const { labels } = stored;
      if (!matchers.every(({ label, accepts }) => accepts(labelOf(labels, label)))) continue;
      stored.sorted ??= sortSamples(stored.samples.values());
      const samples = stored.sorted.filter((sample) => isRead(sample, read));
      budget.addSamples(samples.length);
      if (samples.length > 0) found.push(toSeries(labels, samples));
    }
    return found.sort((a, b) => compareLabels(a.labels, b.labels));
  };

  run: SampleSource['run'] = async () => {
    throw new Error('BUG: nothing is pushed down into memory');
  };
}

const isRead = ({ timeMs, item }: Sample, { fromMs, toMs, withStale }: Read): boolean =>
  timeMs > fromMs && timeMs <= toMs && (withStale || item.kind !== 'stale');

/** In the order of time, with the hints that a storage finds. */
function sortSamples(samples: Iterable<Sample>): Sample[] {
  const sorted = [...samples].sort((a, b) => a.timeMs - b.timeMs);
  let previous: Histogram | undefined;
  return sorted.map((sample) => {
    const { item } = sample;
    if (item.kind !== 'histogram') {
      previous = undefined;
      return sample;
    }
    const counterReset = resetHint(item.histogram, previous);
    previous = item.histogram;
    return { ...sample, item: { ...item, histogram: { ...item.histogram, counterReset } } };
  });
}

function toSeries(labels: Labels, samples: readonly Sample[]): RawSeries {
  const values = new Float64Array(samples.length);
  const starts = new Float64Array(samples.length).fill(Number.NaN);
  const histograms: (Histogram | undefined)[] = [];
  for (const [i, { item, startMs }] of samples.entries()) {
    if (item.kind === 'value') values[i] = item.value;
    if (item.kind === 'stale') setStaleMarker(values, i);
    if (startMs !== undefined) starts[i] = startMs;
    histograms.push(item.kind === 'histogram' ? item.histogram : undefined);
  }
  return {
    labels,
    times: Float64Array.from(samples, ({ timeMs }) => timeMs),
    values,
    ...(histograms.some((one) => one) ? { histograms } : {}),
    ...(samples.some(({ startMs }) => startMs !== undefined) ? { starts } : {}),
  };
}
