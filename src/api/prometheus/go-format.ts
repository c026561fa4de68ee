// Times and durations as Go's JSON has them, which is what clients of Prometheus parse.

/** Before the first time that something happens: Go's zero time. */
const never = '0001-01-01T00:00:00Z';

/** RFC 3339 with the milliseconds that there are. */
export function printTime(unixMs: number | undefined): string {
  if (unixMs === undefined) return never;
  return new Date(unixMs).toISOString().replace(/\.?0+Z$/, 'Z');
}

/** A number with an exponent of two digits, as `2e+00`. */
export function printExponent(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = Object.is(value, -0) ? '-' : '';
  return sign + value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

/** Seconds to the nanosecond, as durations of Go are. */
export const roundSeconds = (seconds: number): number => Math.round(seconds * 1e9) / 1e9;
