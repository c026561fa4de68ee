// The samples of one series as they come: pieces in any order, which may overlap and repeat. One
// sample per time is kept.
import { isStaleMarker } from '#query/vector/stale.ts';
import { type Labels, labelsKey, type RawSeries } from '#query/vector/value.ts';
import type { Read } from '../plan/node.ts';

export class SampleChunks {
  readonly #times: Float64Array[] = [];
  readonly #values: Float64Array[] = [];

  /** Keeps both; times may be in any order. */
  add(times: Float64Array, values: Float64Array): void {
    this.#times.push(times);
    this.#values.push(values);
  }

  /** Samples of the range in the order of time; undefined when there are none. */
  toSeries(labels: Labels, read: Read): RawSeries | undefined {
    const times = concatenate(this.#times);
    const values = concatenate(this.#values);
    const sorted = isAscending(times) ? { times, values } : sortByTime(times, values);
    const kept = keepRange(sorted.times, sorted.values, read);
    return kept.times.length === 0 ? undefined : { labels, ...kept };
  }
}

function concatenate(pieces: readonly Float64Array[]): Float64Array {
  if (pieces.length === 1) return pieces[0] as Float64Array;
  const whole = new Float64Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Strictly: a repeated time is out of order too. */
function isAscending(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) {
    if ((times[i] as number) <= (times[i - 1] as number)) return false;
  }
  return true;
}

/** Moves the bits of values, so that stale markers stay what they are. */
function sortByTime(times: Float64Array, values: Float64Array) {
  const order = Uint32Array.from(times.keys()).sort(
    (a, b) => (times[a] as number) - (times[b] as number) || a - b,
  );
  const bits = new BigInt64Array(values.slice().buffer);
  const sortedTimes = new Float64Array(times.length);
  const sortedBits = new BigInt64Array(times.length);
  let count = 0;
  for (const index of order) {
    const time = times[index] as number;
    if (count > 0 && sortedTimes[count - 1] === time) continue;
    sortedTimes[count] = time;
    sortedBits[count++] = bits[index] as bigint;
  }
  return {
    times: sortedTimes.subarray(0, count),
    values: new Float64Array(sortedBits.buffer, 0, count),
  };
}

function keepRange(times: Float64Array, values: Float64Array, { fromMs, toMs, withStale }: Read) {
  let from = 0;
  let to = times.length;
  while (from < to && (times[from] as number) <= fromMs) from++;
  while (to > from && (times[to - 1] as number) > toMs) to--;
  const inside = { times: times.subarray(from, to), values: values.subarray(from, to) };
  return withStale ? inside : dropStale(inside.times, inside.values);
}

function dropStale(times: Float64Array, values: Float64Array) {
  if (!hasNan(values)) return { times, values };
  const isKept = (_: number, i: number): boolean => !isStaleMarker(values, i);
  return { times: times.filter(isKept), values: values.filter(isKept) };
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
    if (!last || labelsKey(last.labels) !== labelsKey(series.labels)) {
      merged.push(series);
      continue;
    }
    const times = concatenate([last.times, series.times]);
    const values = concatenate([last.values, series.values]);
    merged[merged.length - 1] = { labels: last.labels, ...sortByTime(times, values) };
  }
  return merged;
}
