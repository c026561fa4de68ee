// The commonest selector, of numbers alone, without a call per point.
import { firstAfter } from '#query/vector/samples.ts';
import { isStaleMarker } from '#query/vector/stale.ts';
import type { GridSeries, RawSeries } from '#query/vector/value.ts';

/** The last sample before each of `ends` that is younger than the lookback and no stale marker. */
export function lastValues(raw: RawSeries, lookbackMs: number, ends: Float64Array): GridSeries {
  const { labels, times, values: samples } = raw;
  if (ends.length === 1) return lastValue(raw, lookbackMs, ends[0] as number);
  const values = new Float64Array(ends.length);
  const present = new Uint8Array(ends.length);
  let next = 0;
  for (let step = 0; step < ends.length; step++) {
    const end = ends[step] as number;
    while (next < times.length && (times[next] as number) <= end) next++;
    const last = next - 1;
    if (last < 0 || (times[last] as number) <= end - lookbackMs) continue;
    if (isStaleMarker(samples, last)) continue;
    present[step] = 1;
    values[step] = samples[last] as number;
  }
  return { labels, values, present };
}

/** A single step is what thousands of series are asked for at once: what can be shared is. */
function lastValue(
  { labels, times, values }: RawSeries,
  lookbackMs: number,
  endMs: number,
): GridSeries {
  const last = firstAfter(times, endMs) - 1;
  const isMissing =
    last < 0 || (times[last] as number) <= endMs - lookbackMs || isStaleMarker(values, last);
  if (isMissing) return { labels, values: zero, present: absent };
  return { labels, values: Float64Array.of(values[last] as number), present };
}

const zero = new Float64Array(1);
const absent = new Uint8Array(1);
const present = Uint8Array.of(1);
