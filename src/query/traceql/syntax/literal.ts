// Durations of TraceQL: Go's and Prometheus' units, in nanoseconds. Exact up to 104 days.
const unitNano: Record<string, number> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86_400e9,
  w: 7 * 86_400e9,
  y: 365 * 86_400e9,
};

const part = '(?:\\d+\\.?\\d*|\\.\\d+)(?:ns|us|µs|μs|ms|s|m|h|d|w|y)';
export const durationPattern = new RegExp(`(?:${part})+(?![\\p{L}\\d_])`, 'uy');

/** Nanoseconds of a text that durationPattern matched. */
export function parseDurationNano(text: string): number {
  let total = 0;
  for (const match of text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h|d|w|y)/gu)) {
    total += Number(match[1]) * (unitNano[match[2] as string] as number);
  }
  return Math.round(total);
}

/** As TraceQL prints it: `1.5s`, `3h`; the largest unit that keeps it exact. */
export function printDuration(nano: number): string {
  if (nano === 0) return '0s';
  for (const unit of ['h', 'm', 's', 'ms', 'us']) {
    const size = unitNano[unit] as number;
    if (nano % size === 0) return `${nano / size}${unit}`;
  }
  return `${nano}ns`;
}
