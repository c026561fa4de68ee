// A time range as people write it: relative (`now-1h` … `now`) or absolute (milliseconds since 1970).
// The text lives in the URL; `resolveRange` turns it into milliseconds at a given moment.

export interface TimeRange {
  readonly from: string;
  readonly to: string;
}

export interface ResolvedRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Short, since most questions are about what happens now; and a new user has little data. */
export const defaultRange: TimeRange = { from: 'now-15m', to: 'now' };

const defaultLengthMs = 900_000;

export const quickRanges: readonly { readonly label: string; readonly range: TimeRange }[] = [
  ['Last 5 minutes', 'now-5m'],
  ['Last 15 minutes', 'now-15m'],
  ['Last 30 minutes', 'now-30m'],
  ['Last 1 hour', 'now-1h'],
  ['Last 3 hours', 'now-3h'],
  ['Last 6 hours', 'now-6h'],
  ['Last 12 hours', 'now-12h'],
  ['Last 24 hours', 'now-24h'],
  ['Last 2 days', 'now-2d'],
  ['Last 7 days', 'now-7d'],
  ['Last 30 days', 'now-30d'],
].map(([label = '', from = '']) => ({ label, range: { from, to: 'now' } }));

const unitMs: Record<string, number> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds of `now`, `now-15m`, `1700000000000` or a date and time; undefined if it is neither. */
export function resolveTime(text: string, nowMs: number): number | undefined {
  const trimmed = text.trim();
  if (trimmed === 'now') return nowMs;
  const relative = /^now\s*-\s*(\d+(?:\.\d+)?)\s*([smhdw])$/.exec(trimmed);
  if (relative !== null) return nowMs - Number(relative[1]) * (unitMs[relative[2] ?? ''] ?? 0);
  if (/^\d{12,}$/.test(trimmed)) return Number(trimmed);
  const date = /^\d{4}-\d\d-\d\d/.test(trimmed)
    ? new Date(trimmed.replace(' ', 'T')).getTime()
    : NaN;
  return Number.isNaN(date) ? undefined : date;
}

/** Never fails: what cannot be read falls back to the default range. */
export function resolveRange(range: TimeRange, nowMs: number): ResolvedRange {
  const fromMs = resolveTime(range.from, nowMs);
  const toMs = resolveTime(range.to, nowMs);
  if (fromMs === undefined || toMs === undefined || fromMs >= toMs) {
    return { fromMs: nowMs - defaultLengthMs, toMs: nowMs };
  }
  return { fromMs, toMs };
}

export const isRelative = (range: TimeRange): boolean => range.to.trim() === 'now';

export const absoluteRange = (fromMs: number, toMs: number): TimeRange => ({
  from: String(Math.floor(fromMs)),
  to: String(Math.ceil(toMs)),
});

/** The same span of time, `by` of its length later (negative: earlier). */
export function shiftRange(range: ResolvedRange, by: number): TimeRange {
  const shift = (range.toMs - range.fromMs) * by;
  return absoluteRange(range.fromMs + shift, range.toMs + shift);
}

/** Twice as long around the same centre, but not beyond now. */
export function widenRange(range: ResolvedRange, nowMs: number): TimeRange {
  const half = (range.toMs - range.fromMs) / 2;
  return absoluteRange(range.fromMs - half, Math.min(nowMs, range.toMs + half));
}

/** `Last 1 hour`, or the two times with only as much date as is needed. */
export function formatRange(range: TimeRange, nowMs: number): string {
  const quick = quickRanges.find((q) => q.range.from === range.from && q.range.to === range.to);
  if (quick !== undefined) return quick.label;
  if (isRelative(range) && range.from.startsWith('now-')) return `Last ${range.from.slice(4)}`;
  const { fromMs, toMs } = resolveRange(range, nowMs);
  const from = formatDateTime(fromMs, nowMs);
  const to = formatDateTime(toMs, nowMs);
  const day = from.slice(0, -8);
  return `${from} – ${to.startsWith(day) ? to.slice(day.length) : to}`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `14:03:09`, with the date before it when it is not the day of `nowMs`. Local time. */
export function formatDateTime(timeMs: number, nowMs: number): string {
  const time = new Date(timeMs);
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  if (time.toDateString() === new Date(nowMs).toDateString()) return clock;
  return `${formatDay(timeMs)} ${clock}`;
}

export function formatDay(timeMs: number): string {
  const time = new Date(timeMs);
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/** `2026-03-01 14:03:09`, as the absolute fields of the range picker show and read it. */
export const formatLocal = (timeMs: number): string => {
  const time = new Date(timeMs);
  return `${formatDay(timeMs)} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
};
