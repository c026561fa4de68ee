// The series of one tenant: found by metric and labels, bounded, written together.
import type { Pairs } from '#model/canonical.ts';
import { overflowLabel } from '#model/trace-metrics.ts';
import type { SeriesIdentity, WrittenSeries } from './series.ts';

/** Makes a series of one metric. */
export type MakeSeries<S extends WrittenSeries> = (identity: SeriesIdentity) => S;

/** Ended at some time; the marker that says so waits to be written. */
export interface EndedSeries {
  readonly series: WrittenSeries;
  readonly atMs: number;
}

export interface TenantSeriesOptions {
  readonly seriesMax: number;
  readonly staleAfterMs: number;
  /** One more label of every series. */
  readonly instance: Pairs;
  readonly onOverflow: () => void;
}

export class TenantSeries {
  readonly #options: TenantSeriesOptions;
  readonly #series = new Map<string, WrittenSeries>();
  #seriesCount = 0;
  #ended: EndedSeries[] = [];

  constructor(options: TenantSeriesOptions) {
    this.#options = options;
  }

  /** Series in the store. */
  get seriesCount(): number {
    return this.#seriesCount;
  }

  get isEmpty(): boolean {
    return this.#series.size === 0 && this.#ended.length === 0;
  }

  find<S extends WrittenSeries>(
    name: string,
    labels: Pairs,
    zeroMs: number,
    make: MakeSeries<S>,
  ): S {
    const found = this.#known<S>(name, labels);
    if (found) return found;
    const { instance, seriesMax, onOverflow } = this.#options;
    const given = { name, labels: [...instance, ...labels], isOverflow: false, zeroMs };
    const made = make(given);
    if (this.#seriesCount + made.seriesCount <= seriesMax) return this.#add(labels, name, made);
    onOverflow();
    const rest: Pairs = [[overflowLabel, 'true']];
    return (
      this.#known<S>(name, rest) ??
      this.#add(rest, name, make({ ...given, labels: [...instance, ...rest], isOverflow: true }))
    );
  }

  /** What is to be written at `timeMs`; series that have been idle are ended by this. */
  take(timeMs: number): {
    readonly alive: readonly WrittenSeries[];
    readonly ended: EndedSeries[];
  } {
    for (const [key, series] of this.#series) {
      if (!series.isIdle(timeMs, this.#options.staleAfterMs)) continue;
      series.isAlive = false;
      this.#series.delete(key);
      this.#seriesCount -= series.seriesCount;
      this.#ended.push({ series, atMs: timeMs });
    }
    const ended = this.#ended;
    this.#ended = [];
    return { alive: [...this.#series.values()], ended };
  }

  /** Markers that could not be written: they come with the next take(). */
  giveBack(ended: readonly EndedSeries[]): void {
    this.#ended = [...ended, ...this.#ended];
  }

  #known<S extends WrittenSeries>(name: string, labels: Pairs): S | undefined {
    // A metric has one kind: callers never ask for a counter by the name of a histogram.
    return this.#series.get(keyOf(name, labels)) as S | undefined;
  }

  #add<S extends WrittenSeries>(labels: Pairs, name: string, series: S): S {
    this.#series.set(keyOf(name, labels), series);
    this.#seriesCount += series.seriesCount;
    return series;
  }
}

/** Lengths keep the texts apart. */
const keyOf = (name: string, labels: Pairs): string =>
  [name, ...labels.flat()].map((text) => `${text.length}:${text}`).join('');
