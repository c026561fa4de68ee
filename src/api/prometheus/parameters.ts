// Parameters as Prometheus reads them: times, durations, limits.
// https://prometheus.io/docs/prometheus/latest/querying/api/
import { InputError } from '#lib/errors.ts';
import { parseDurationMs } from '#query/promql/syntax/number.ts';

export function parameterError(name: string, why: string): InputError {
  return new InputError('prometheus_parameter', `invalid parameter "${name}": ${why}`);
}

/** The text of the query; the parser says what is wrong with an empty one. */
export const queryParameter = (form: URLSearchParams): string => form.get('query') ?? '';

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:\d{2})$/;
/** What Prometheus writes for the earliest and the latest time that it knows. */
const farTimes: Readonly<Record<string, number>> = {
  '-292273086-05-16T16:47:06Z': Number.NEGATIVE_INFINITY,
  '292277025-08-18T07:12:54.999999999Z': Number.POSITIVE_INFINITY,
};
const digits = String.raw`\d+(?:_\d+)*`;
const decimal = new RegExp(
  `^[+-]?(?:${digits}(?:\\.(?:${digits})?)?|\\.${digits})(?:[eE][+-]?\\d+)?$`,
);
const numberOf = (text: string): number => Number(text.replaceAll('_', ''));
/** Farther from 1970 than what milliseconds in a double hold. */
const timeMsMax = 8.64e15;

/** Milliseconds since 1970 of float seconds or RFC 3339; undefined when the parameter is missing. */
export function timeParameter(form: URLSearchParams, name: string): number | undefined {
  const text = form.get(name);
  if (text === null || text === '') return undefined;
  const timeMs = parseTimeMs(text);
  if (timeMs === undefined)
    throw parameterError(name, `invalid time value for '${name}': ${unparsable(text)}`);
  return timeMs;
}

export function requiredTime(form: URLSearchParams, name: string): number {
  const text = form.get(name) ?? '';
  const timeMs = parseTimeMs(text);
  if (timeMs === undefined) throw parameterError(name, unparsable(text));
  return timeMs;
}

const unparsable = (text: string): string => `cannot parse "${text}" to a valid timestamp`;

function parseTimeMs(text: string): number | undefined {
  if (Object.hasOwn(farTimes, text)) return clampMs(farTimes[text] as number);
  if (decimal.test(text)) {
    const seconds = numberOf(text);
    return Number.isFinite(seconds) ? secondsToMs(seconds) : undefined;
  }
  if (/^(?:[+-]?inf(?:inity)?|nan)$/i.test(text)) return 0;
  const timeMs = rfc3339.test(text) ? Date.parse(text.replace(',', '.')) : Number.NaN;
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/** Seconds that 64 bits do not hold (infinities and NaN, too) overflow to 1970, as in Prometheus. */
const secondsToMs = (seconds: number): number =>
  Math.abs(seconds) >= 2 ** 63 ? 0 : clampMs(Math.round(seconds * 1000));

const clampMs = (ms: number): number => Math.max(-timeMsMax, Math.min(timeMsMax, ms));

/** Milliseconds of float seconds or a duration such as 15s; undefined when it is missing. */
export function durationParameter(form: URLSearchParams, name: string): number | undefined {
  const text = form.get(name);
  if (text === null || text === '') return undefined;
  const durationMs = decimal.test(text) ? wholeMs(numberOf(text)) : parseDurationMs(text);
  if (durationMs === undefined) throw parameterError(name, notDuration(text));
  if (Math.abs(durationMs) > durationMsMax) {
    throw parameterError(name, `${notDuration(text)}. It overflows int64`);
  }
  return durationMs;
}

const notDuration = (text: string): string => `cannot parse "${text}" to a valid duration`;
/** 292 years: what nanoseconds in 64 bits hold. */
const durationMsMax = 2 ** 63 / 1e6;

export function requiredDuration(form: URLSearchParams, name: string): number {
  const durationMs = durationParameter(form, name);
  if (durationMs === undefined) throw parameterError(name, notDuration(''));
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

/** Of metadata, where no limit is any number below 0. */
export function countParameter(form: URLSearchParams, name: string): number | undefined {
  const text = form.get(name);
  if (text === null || text === '') return undefined;
  if (!/^[+-]?\d{1,15}$/.test(text)) {
    throw new InputError('prometheus_parameter', `${name} must be a number`);
  }
  return Number(text) < 0 ? undefined : Number(text);
}

const flags: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true])),
  ...Object.fromEntries(['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false])),
};

/** False when it is missing; `cannot` says what could not be done with anything else. */
export function flagParameter(form: URLSearchParams, name: string, cannot: string): boolean {
  const text = form.get(name);
  if (text === null || text === '') return false;
  const flag = Object.hasOwn(flags, text) ? flags[text] : undefined;
  if (flag === undefined)
    throw parameterError(name, `${cannot}: "${text}" is neither true nor false`);
  return flag;
}

interface Bounds {
  readonly startMs?: number;
  readonly endMs?: number;
}

/** Times of catalogue requests. Like Prometheus's, an end before the start is no error. */
export function boundsOf(form: URLSearchParams): Bounds {
  const startMs = timeParameter(form, 'start');
  const endMs = timeParameter(form, 'end');
  const isReversed = startMs !== undefined && endMs !== undefined && endMs < startMs;
  const [fromMs, toMs] = isReversed ? [endMs, startMs] : [startMs, endMs];
  return {
    ...(fromMs === undefined ? {} : { startMs: fromMs }),
    ...(toMs === undefined ? {} : { endMs: toMs }),
  };
}

/** Times of requests about samples, which must be in order. */
export function orderedBoundsOf(form: URLSearchParams): Bounds {
  const startMs = timeParameter(form, 'start');
  const endMs = timeParameter(form, 'end');
  if (startMs !== undefined && endMs !== undefined && endMs < startMs) {
    throw new InputError(
      'prometheus_parameter',
      'end timestamp must not be before start timestamp',
    );
  }
  return boundsOf(form);
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
