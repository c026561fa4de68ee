// Volumes of streams added up: by series of labels, or by the names of labels.
import { type Labels, labelsKey, sortedLabels } from '#query/vector/value.ts';
import type { Matcher } from '../syntax/ast.ts';

export type AggregateBy = 'series' | 'labels';

export interface VolumeGrouping {
  readonly aggregateBy: AggregateBy;
  /** Empty: the labels that the selector names, or with `labels` all. */
  readonly targetLabels: readonly string[];
  /** The largest so many are kept. */
  readonly limit: number;
}

export interface SeriesVolume {
  readonly labels: Labels;
  readonly bytes: number;
}

/** Adds up streams; `take` gives the largest first, names decide among equals. */
export class VolumeSum {
  readonly #grouping: VolumeGrouping;
  /** Undefined: every label counts. */
  readonly #names: ReadonlySet<string> | undefined;
  readonly #sums = new Map<string, { labels: Labels; bytes: number }>();

  constructor(grouping: VolumeGrouping, matchers: readonly Matcher[]) {
    const { aggregateBy, targetLabels } = grouping;
    this.#grouping = grouping;
    if (targetLabels.length > 0) this.#names = new Set(targetLabels);
    else if (aggregateBy === 'series' && matchers.length > 0) {
      this.#names = new Set(matchers.map(({ name }) => name));
    }
  }

  add(stream: ReadonlyMap<string, string>, bytes: number): void {
    const counted = [...stream].filter(([name]) => this.#names?.has(name) ?? true);
    if (this.#grouping.aggregateBy === 'series') this.#addTo(sortedLabels(counted), bytes);
    else for (const [name] of counted) this.#addTo({ [name]: '' }, bytes);
  }

  #addTo(labels: Labels, bytes: number): void {
    const key = labelsKey(labels);
    const sum = this.#sums.get(key);
    if (sum) sum.bytes += bytes;
    else this.#sums.set(key, { labels, bytes });
  }

  take(): SeriesVolume[] {
    return [...this.#sums]
      .sort(([a, left], [b, right]) => right.bytes - left.bytes || (a < b ? -1 : 1))
      .slice(0, this.#grouping.limit)
      .map(([, sum]) => sum);
  }
}
