// Samples in memory, for the evaluator without an engine.

import { compareLabels, labelOf } from '#query/vector/label.ts';
import { setStaleMarker } from '#query/vector/stale.ts';
import { type Labels, labelsKey, type RawSeries } from '#query/vector/value.ts';
import { compileMatcher } from '../check/matcher.ts';
import type { Item } from '../notation/series.ts';
import { SampleChunks } from './chunks.ts';
import type { SampleSource } from './source.ts';

interface Stored {
  readonly labels: Labels;
  readonly times: number[];
  readonly items: Item[];
}

export class MemorySource implements SampleSource {
  readonly pushDown = 'never';
  readonly #series = new Map<string, Stored>();

  clear(): void {
    this.#series.clear();
  }

  append(labels: Labels, timeMs: number, item: Item): void {
    const key = labelsKey(labels);
    let stored = this.#series.get(key);
    if (!stored) {
      stored = { labels, times: [], items: [] };
      this.#series.set(key, stored);
    }
    const known = stored.times.indexOf(timeMs);
    if (known >= 0) stored.items[known] = item;
    else {
      stored.times.push(timeMs);
      stored.items.push(item);
    }
  }

  select: SampleSource['select'] = async (read, { budget }) => {
    const matchers = read.matchers.map((matcher) => ({
      label: matcher.label,
      accepts: compileMatcher(matcher),
    }));
    const found: RawSeries[] = [];
    for (const { labels, times, items } of this.#series.values()) {
      if (!matchers.every(({ label, accepts }) => accepts(labelOf(labels, label)))) continue;
      budget.addSamples(times.length);
      const chunks = new SampleChunks();
      chunks.add(Float64Array.from(times), valuesOf(items));
      const series = chunks.toSeries(labels, read);
      if (series) found.push(series);
    }
    return found.sort((a, b) => compareLabels(a.labels, b.labels));
  };

  run: SampleSource['run'] = async () => {
    throw new Error('BUG: nothing is pushed down into memory');
  };
}

function valuesOf(items: readonly Item[]): Float64Array {
  const values = new Float64Array(items.length);
  for (const [i, item] of items.entries()) {
    if (item.kind === 'value') values[i] = item.value;
    if (item.kind === 'stale') setStaleMarker(values, i);
  }
  return values;
}
