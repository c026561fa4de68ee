// Samples of the series of a selector between two times: cut, put behind each other, weighed.
import { compareLabels, haveSameLabels } from '#query/vector/label.ts';
import type { Pausable } from '#query/vector/pausable.ts';
import { firstAfter, joinArrays } from '#query/vector/samples.ts';
import { isStaleMarker } from '#query/vector/stale.ts';
import type { RawSeries } from '#query/vector/value.ts';
import type { Read } from '../plan/node.ts';
import { labelsLength } from './grid-run.ts';

export interface SampleRun {
  /** Exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** In the order of labels, with stale markers and starts, without histograms. */
  readonly series: readonly RawSeries[];
  /** Whether there are running totals of deltas among them, which are all of one read then. */
  readonly hasTotals: boolean;
  /** Of the write log, from before anything of it was read. */
  readonly sequence: number;
}

/** With what others keep beside the labels. */
const seriesOverheadBytes = 900;

/** Times that neighbours share count once. */
export function sampleBytes(series: readonly RawSeries[]): number {
  let bytes = 0;
  let shared: ArrayBufferLike | undefined;
  for (const { labels, times, values, starts } of series) {
    bytes += seriesOverheadBytes + labelsLength(labels) * 2 + values.byteLength;
    if (times.buffer !== shared) bytes += times.byteLength;
    if (starts) bytes += starts.byteLength;
    shared = times.buffer;
  }
  return bytes;
}

/** As `SampleSource.select` gives them. */
export function samplesOfRead(series: readonly RawSeries[], read: Read): readonly RawSeries[] {
  const kept: RawSeries[] = [];
  for (const one of series) {
    const inside = between(one, read.fromMs, read.toMs);
    const wanted = read.withStale ? inside : withoutStale(inside);
    if (wanted.times.length === 0) continue;
    kept.push(read.withStarts || !wanted.starts ? wanted : withoutStarts(wanted));
  }
  return kept;
}

const withoutStarts = ({ labels, times, values }: RawSeries): RawSeries => ({
  labels,
  times,
  values,
});

/** Views of the samples after `fromMs`, up to `toMs`. */
export function between(series: RawSeries, fromMs: number, toMs: number): RawSeries {
  const { labels, times, values, starts } = series;
  const from = firstAfter(times, fromMs);
  const to = firstAfter(times, toMs);
  if (from === 0 && to === times.length) return series;
  const cut = { labels, times: times.subarray(from, to), values: values.subarray(from, to) };
  return starts ? { ...cut, starts: starts.subarray(from, to) } : cut;
}

function withoutStale(series: RawSeries): RawSeries {
  const { labels, times, values, starts } = series;
  let stale = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]) && isStaleMarker(values, i)) stale++;
  }
  if (stale === 0) return series;
  const isKept = (_: number, i: number): boolean => !isStaleMarker(values, i);
  const kept = { labels, times: times.filter(isKept), values: values.filter(isKept) };
  return starts ? { ...kept, starts: starts.filter(isKept) } : kept;
}

/**
 * One behind the other in time, with arrays of their own; neighbours share equal times. Each run is in
 * the order of labels, and so is the result.
 */
export function* joinSamplesInParts(
  runs: readonly (readonly RawSeries[])[],
): Pausable<readonly RawSeries[]> {
  const joined: RawSeries[] = [];
  let last: Glued | undefined;
  for (const pieces of runs.reduce(alignedBehind, [])) {
    const times = last && haveSameTimes(pieces, last.pieces) ? last.times : joinedTimes(pieces);
    joined.push(glued(pieces, times));
    last = { pieces, times };
    yield;
  }
  return joined;
}

/** The pieces of each series, in the order of labels: those there are and one of the run. */
function alignedBehind(
  known: readonly (readonly RawSeries[])[],
  run: readonly RawSeries[],
): readonly (readonly RawSeries[])[] {
  if (known.length === 0) return run.map((one) => [one]);
  const aligned: (readonly RawSeries[])[] = [];
  let at = 0;
  for (const pieces of known) {
    const { labels } = pieces[0] as RawSeries;
    while (at < run.length) {
      const one = run[at] as RawSeries;
      if (haveSameLabels(one.labels, labels) || compareLabels(one.labels, labels) > 0) break;
      aligned.push([one]);
      at++;
    }
    const isMet = at < run.length && haveSameLabels((run[at] as RawSeries).labels, labels);
    aligned.push(isMet ? [...pieces, run[at++] as RawSeries] : pieces);
  }
  for (; at < run.length; at++) aligned.push([run[at] as RawSeries]);
  return aligned;
}

interface Glued {
  readonly pieces: readonly RawSeries[];
  readonly times: Float64Array;
}

const haveSameTimes = (left: readonly RawSeries[], right: readonly RawSeries[]): boolean =>
  left.length === right.length &&
  left.every(({ times }, i) => areEqual(times, (right[i] as RawSeries).times));

const joinedTimes = (pieces: readonly RawSeries[]): Float64Array =>
  joinArrays(pieces.map(({ times }) => times));

function glued(pieces: readonly RawSeries[], times: Float64Array): RawSeries {
  const { labels } = pieces[0] as RawSeries;
  const values = joinArrays(pieces.map((piece) => piece.values));
  if (!pieces.some(({ starts }) => starts)) return { labels, times, values };
  const starts = pieces.map(
    (piece) => piece.starts ?? new Float64Array(piece.times.length).fill(Number.NaN),
  );
  return { labels, times, values, starts: joinArrays(starts) };
}

function areEqual(left: Float64Array, right: Float64Array): boolean {
  if (left === right) return true;
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false;
  return true;
}
