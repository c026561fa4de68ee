// Parameters as Prometheus reads them: times, durations, limits.
// https://prometheus.io/docs/prometheus/latest/querying/api/
import { InputError } from '#lib/errors.ts';
import { parseDurationMs } from '#query/promql/syntax/number.ts';

export function parameterError(name: string, why: string): InputError {
  return new InputError('prometheus_parameter', `invalid parameter "${name}": ${why}`);
}

export function required(form: URLSearchParams, name: string): string {
  const text = form.get(name);
  if (text === null || text === '') throw parameterError(name, 'missing');
  return text;
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Farther from 1970 than what milliseconds in a double hold. */
const timeMsMax = 8.64e15;

/** Milliseconds since 1970 of float seconds or RFC 3339; undefined when the parameter is missing. */
export function timeParameter(form: URLSearchParams, name: string): number | undefined {
  const text = form.get(name);
  if (text === null || text === '') return undefined;
  const timeMs = decimal.test(text)
    ? Math.round(Number(text) * 1000)
    : rfc3339.test(text)
      ? Date.parse(text)
      : Number.NaN;
  if (Number.isNaN(timeMs) || Math.abs(timeMs) > timeMsMax) {
    throw parameterError(name, `cannot parse "${text}" to a valid timestamp`);
  }
  return timeMs;
}

/** Milliseconds of float seconds or a duration such as 15s; undefined when it is missing. */
export function durationParameter(form: URLSearchParams, name: string): number | undefined {
  const text = form.get(name);
  if (text === null || text === '') return undefined;
  const durationMs = decimal.test(text) ? wholeMs(Number(text)) : parseDurationMs(text);
  if (durationMs === undefined || !Number.isFinite(durationMs)) {
    throw parameterError(name, `cannot parse "${text}" to a valid duration`);
  }
  return durationMs;
}

/** Cut off as Prometheus cuts: to nanoseconds, then to milliseconds. So 33.3 is 33.299. */
const wholeMs = (seconds: number): number => Math.trunc(Math.trunc(seconds * 1e9) / 1e6);

/** Undefined for no limit, which 0 means too. */
export function limitParameter(form: URLSearchParams, name = 'limit'): number | undefined {
  const text = form.get(name);
  if (text === null || text === '') return undefined;
  if (!/^[+-]?\d{1,15}$/.test(text))
    throw parameterError(name, `cannot parse "${text}" as a number`);
  if (Number(text) < 0) throw parameterError(name, 'limit must be non-negative');
  return Number(text) || undefined;
}

/** Times of catalogue requests, which must be in order. */
export function boundsOf(form: URLSearchParams): { startMs?: number; endMs?: number } {
  const startMs = timeParameter(form, 'start');
  const endMs = timeParameter(form, 'end');
  if (startMs !== undefined && endMs !== undefined && endMs < startMs) {
    throw parameterError('end', 'end timestamp must not be before start timestamp');
  }
  return {
    ...(startMs === undefined ? {} : { startMs }),
    ...(endMs === undefined ? {} : { endMs }),
  };
}

/**
 * The label in a path. `U__` in front means that what no old label name could hold is escaped:
 * `__` is an underscore, `_e9_` the character with that number.
 */
export function labelOfPath(name: string): string {
  if (!name.startsWith('U__')) return name;
  return name.slice(3).replace(/__|_([0-9a-fA-F]{1,6})_/g, (found, code: string | undefined) => {
    if (code === undefined) return '_';
    const point = Number.parseInt(code, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : found;
  });
}
