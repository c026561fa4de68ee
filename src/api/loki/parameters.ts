// Parameters as Loki's clients send them: times as nanoseconds, seconds (also with a fraction) or
// RFC 3339; durations as numbers of seconds or `5m`. Messages are Loki's.
// Spec: https://grafana.com/docs/loki/latest/reference/loki-http-api/#timestamps
import { InputError } from '#lib/errors.ts';
import { parseDurationNano } from '#query/logql/syntax/literal.ts';

const nanoPerSecond = 1_000_000_000n;
const hourNano = 3_600n * nanoPerSecond;

export const limitDefault = 100;
const pointsMax = 11_000n;

const refused = (message: string): InputError => new InputError('loki_parameter', message);

export function parseTime(text: string): bigint {
  if (/^-?\d+$/.test(text)) {
    const value = BigInt(text);
    return text.replace('-', '').length <= 10 ? value * nanoPerSecond : value;
  }
  if (/^-?\d*\.\d+$/.test(text)) {
    const [whole, fraction = ''] = text.split('.');
    return BigInt(whole || '0') * nanoPerSecond + BigInt(fraction.padEnd(9, '0').slice(0, 9));
  }
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  const ms = match ? Date.parse(`${match[1]}${match[3]}`) : Number.NaN;
  if (!match || Number.isNaN(ms)) {
    throw refused(`parsing time ${JSON.stringify(text)}: it is neither a number nor RFC 3339`);
  }
  return BigInt(ms) * 1_000_000n + BigInt((match[2] ?? '').padEnd(9, '0'));
}

/** Seconds as a number, or a duration. */
export function parseDurationParameter(text: string): bigint {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)
    ? Number(text) * 1e9
    : parseDurationNano(text);
  if (value === undefined) {
    throw refused(`cannot parse ${JSON.stringify(text)} to a valid duration`);
  }
  return BigInt(Math.round(value));
}

export interface TimeRange {
  readonly startNano: bigint;
  readonly endNano: bigint;
}

/** `end` is now unless given, `start` an hour (or `since`) before that. */
export function parseTimeRange(form: URLSearchParams, nowNano: bigint): TimeRange {
  const endText = form.get('end');
  const endNano = endText ? parseTime(endText) : nowNano;
  const startText = form.get('start');
  const since = form.get('since');
  const sinceNano = since ? parseDurationParameter(since) : hourNano;
  const base = endNano < nowNano ? endNano : nowNano;
  return { startNano: startText ? parseTime(startText) : base - sinceNano, endNano };
}

export function parseLimit(form: URLSearchParams): number {
  const text = form.get('limit');
  if (!text) return limitDefault;
  if (!/^[+-]?\d+$/.test(text)) {
    throw refused(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  if (Number(text) <= 0) throw refused('limit must be a positive value');
  return Number(text);
}

export function parseDirection(form: URLSearchParams): 'forward' | 'backward' {
  const text = (form.get('direction') ?? '').toLowerCase();
  if (text === '' || text === 'backward') return 'backward';
  if (text === 'forward') return 'forward';
  throw refused(`invalid direction '${form.get('direction')}'`);
}

export function parseStep(form: URLSearchParams, { startNano, endNano }: TimeRange): bigint {
  const text = form.get('step');
  const fallback = (endNano - startNano) / 250n / nanoPerSecond;
  const step = text
    ? parseDurationParameter(text)
    : (fallback < 1n ? 1n : fallback) * nanoPerSecond;
  if (step <= 0n) {
    throw refused(
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  if ((endNano - startNano) / step > pointsMax) {
    throw refused(
      'exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter',
    );
  }
  return step;
}

export function parseInterval(form: URLSearchParams): bigint {
  const text = form.get('interval');
  const interval = text ? parseDurationParameter(text) : 0n;
  if (interval < 0n) throw refused('interval must be >= 0');
  return interval;
}

export function checkOrder({ startNano, endNano }: TimeRange): void {
  if (endNano < startNano) {
    throw refused('end timestamp must not be before or equal to start time');
  }
}
