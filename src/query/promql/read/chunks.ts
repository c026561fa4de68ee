// The samples of one series as they come: pieces in any order, which may overlap and repeat. One
// sample per time is kept.
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { haveSameLabels } from '#query/vector/label.ts';
import { joinArrays } from '#query/vector/samples.ts';
import { isStaleMarker } from '#query/vector/stale.ts';
import type { Labels, RawSeries } from '#query/vector/value.ts';
import type { Read } from '../plan/node.ts';
import { orderByTime } from './order.ts';
import { resetHint } from './reset-hint.ts';

type Histograms = readonly (Histogram | undefined)[];

/** Samples of one series, by index. */
interface Samples {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly histograms?: Histograms;
}

type Range = Pick<Read, 'fromMs' | 'toMs' | 'withStale'>;

export class SampleChunks {
  readonly #pieces: Samples[] = [];
  #starts: Map<number, number> | undefined;

  /** Keeps the arrays; times may be in any order. */
  add(times: Float64Array, values: Float64Array, histograms?: Histograms): void {
    this.#pieces.push(histograms ? { times, values, histograms } : { times, values });
  }

  /** When the counting of the sample of a time began. */
  addStart(timeMs: number, startMs: number): void {
    this.#starts ??= new Map();
    this.#starts.set(timeMs, startMs);
  }

  /** Samples of the range in the order of time; undefined when there are none. */
  toSeries(labels: Labels, range: Range): RawSeries | undefined {
    const whole = concatenate(this.#pieces);
    const sorted = isAscending(whole.times) ? whole : sortByTime(whole);
    const kept = keepRange(withResetHints(sorted), range);
    if (kept.times.length === 0) return undefined;
    const starts = this.#startsOf(kept.times);
    return { labels, ...kept, ...(starts ? { starts } : {}) };
  }

  #startsOf(times: Float64Array): Float64Array | undefined {
    const known = this.#starts;
    return known && times.map((time) => known.get(time) ?? Number.NaN);
  }
}

function concatenate(pieces: readonly Samples[]): Samples {
  if (pieces.length === 1) return pieces[0] as Samples;
  const times = joinArrays(pieces.map((piece) => piece.times));
  const values = joinArrays(pieces.map((piece) => piece.values));
  if (!pieces.some(({ histograms }) => histograms)) return { times, values };
  // Floats first: where both have a time, the float stays, as Prometheus has it.
  const ordered = [...pieces].sort((a, b) => (a.histograms ? 1 : 0) - (b.histograms ? 1 : 0));
  return {
    times: joinArrays(ordered.map((piece) => piece.times)),
    values: joinArrays(ordered.map((piece) => piece.values)),
    histograms: ordered.flatMap(
      (piece) => piece.histograms ?? new Array<undefined>(piece.times.length).fill(undefined),
    ),
  };
}

/** Strictly: a repeated time is out of order too. */
function isAscending(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) {
    if ((times[i] as number) <= (times[i - 1] as number)) return false;
  }
  return true;
}

/** Moves the bits of values, so that stale markers stay what they are. */
function sortByTime({ times, values, histograms }: Samples): Samples {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const sortedTimes = new Float64Array(times.length);
  const sortedWords = new Uint32Array(times.length * 2);
  const sortedHistograms: (Histogram | undefined)[] = [];
  let count = 0;
  for (const index of orderByTime(times)) {
    const time = times[index] as number;
    if (count > 0 && sortedTimes[count - 1] === time) continue;
    sortedTimes[count] = time;
    if (histograms) sortedHistograms.push(histograms[index]);
    sortedWords[count * 2] = words[index * 2] as number;
    sortedWords[count * 2 + 1] = words[index * 2 + 1] as number;
    count++;
  }
  return {
    times: sortedTimes.subarray(0, count),
    values: new Float64Array(sortedWords.buffer, 0, count),
    ...(histograms ? { histograms: sortedHistograms } : {}),
  };
}

/** Each histogram is compared with the one before it, as Prometheus's storage does. */
function withResetHints(samples: Samples): Samples {
  if (!samples.histograms) return samples;
  let previous: Histogram | undefined;
  const histograms = samples.histograms.map((histogram) => {
    const before = previous;
    previous = histogram;
    if (!histogram) return undefined;
    const counterReset = resetHint(histogram, before);
    return counterReset === histogram.counterReset ? histogram : { ...histogram, counterReset };
  });
  return { ...samples, histograms };
}

function keepRange({ times, values, histograms }: Samples, range: Range): Samples {
  const { fromMs, toMs, withStale } = range;
  let from = 0;
  let to = times.length;
  while (from < to && (times[from] as number) <= fromMs) from++;
  while (to > from && (times[to - 1] as number) > toMs) to--;
  const inside = {
    times: times.subarray(from, to),
    values: values.subarray(from, to),
    ...(histograms ? { histograms: histograms.slice(from, to) } : {}),
  };
  return withStale ? inside : dropStale(inside);
}

function dropStale(samples: Samples): Samples {
  const { times, values, histograms } = samples;
  if (!hasNan(values)) return samples;
  const isKept = (_: unknown, i: number): boolean => !isStaleMarker(values, i);
  return {
    times: times.filter(isKept),
    values: values.filter(isKept),
    ...(histograms ? { histograms: histograms.filter(isKept) } : {}),
  };
}

function hasNan(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) return true;
  return false;
}

/** Neighbours with equal labels (one metric sent both as totals and as deltas) become one series. */
export function mergeSeries(sorted: readonly RawSeries[]): readonly RawSeries[] {
  const merged: RawSeries[] = [];
  for (const series of sorted) {
    const last = merged.at(-1);
    if (!last || !haveSameLabels(last.labels, series.labels)) {
      merged.push(series);
      continue;
    }
    const { labels, starts } = last;
    const samples = sortByTime(concatenate([last, series]));
    merged[merged.length - 1] = {
      labels,
      ...samples,
      ...joinedStarts(samples.times, starts ? last : undefined, series.starts ? series : undefined),
    };
  }
  return merged;
}

function joinedStarts(
  times: Float64Array,
  ...sources: readonly (RawSeries | undefined)[]
): { starts?: Float64Array } {
  const known = new Map<number, number>();
  for (const source of sources) {
    source?.starts?.forEach((start, i) => {
      if (!Number.isNaN(start)) known.set(source.times[i] as number, start);
    });
  }
  return known.size === 0 ? {} : { starts: times.map((time) => known.get(time) ?? Number.NaN) };
}
