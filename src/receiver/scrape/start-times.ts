// OpenMetrics says in lines of their own, `…_created`, since when counters, histograms and summaries
// count, mostly behind the samples: they are read before the page is.

import { readFloat } from '#codec/exposition/float.ts';
import type { MetricType } from '#codec/exposition/page.ts';
import type { Pairs } from '#model/canonical.ts';
import { baseName } from './family.ts';
import type { StartTime } from './series-cache.ts';

const suffix = '_created';
const blank = 0x20;
const newline = 0x0a;

/** Those that count since a time. */
const counting: ReadonlySet<MetricType> = new Set(['counter', 'histogram', 'summary']);

/** What the samples of one counter, histogram or summary have in common; undefined for others. */
export function startKey(labels: Pairs, type: MetricType): string | undefined {
  if (!counting.has(type)) return undefined;
  const bound = type === 'histogram' ? 'le' : type === 'summary' ? 'quantile' : undefined;
  const kept = labels
    .filter(([name]) => name !== bound)
    .map(([name, value]) => [name, name === '__name__' ? baseName(value, type) : value]);
  return JSON.stringify(kept);
}

/**
 * Reads the values of all lines that say a start. `starts` knows some of them, by the text of the line
 * up to its value; `add` makes the others out of the line's place in the page.
 */
export function readStarts(
  bytes: Uint8Array,
  starts: ReadonlyMap<string, StartTime>,
  add: (key: string, from: number, to: number) => StartTime | undefined,
): void {
  const page = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = page.indexOf(suffix);
  while (at >= 0) {
    const from = page.lastIndexOf(newline, at) + 1;
    const lineEnd = page.indexOf(newline, at);
    const to = lineEnd < 0 ? page.length : lineEnd;
    if (page[from] !== 0x23) readStart(page, from, to, starts, add);
    at = page.indexOf(suffix, to);
  }
}

function readStart(
  page: Buffer,
  from: number,
  to: number,
  starts: ReadonlyMap<string, StartTime>,
  add: (key: string, from: number, to: number) => StartTime | undefined,
): void {
  const valueAt = page.lastIndexOf(blank, to - 1) + 1;
  if (valueAt <= from) return;
  const key = page.toString('latin1', from, valueAt);
  const start = starts.get(key) ?? add(key, from, to);
  if (start === undefined) return;
  const seconds = readFloat(page, valueAt, to);
  start.timeMs =
    seconds === undefined || !(seconds > 0) || seconds > 1e12
      ? undefined
      : Math.trunc(seconds * 1000);
}
