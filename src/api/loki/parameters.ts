// Parameters as Loki's clients send them: times as nanoseconds, seconds (also with a fraction) or
// RFC 3339; durations as numbers of seconds or `5m`. Messages are Loki's.
// Spec: https://grafana.com/docs/loki/latest/reference/loki-http-api/#timestamps
import { InputError } from '#lib/errors.ts';
import { durationFault, parseFloat64, parsePromDurationNano } from '#query/logql/syntax/literal.ts';

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
    const [whole, fraction = ''] = text.replace('-', '').split('.');
    const nano = BigInt(whole || '0') * nanoPerSecond + BigInt(fraction.padEnd(9, '0').slice(0, 9));
    return text.startsWith('-') ? -nano : nano;
  }
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  const ms = match ? Date.parse(`${match[1]}${match[3]}`) : Number.NaN;
  if (!match || Number.isNaN(ms)) {
    throw refused(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return BigInt(ms) * 1_000_000n + BigInt((match[2] ?? '').padEnd(9, '0'));
}

/** Seconds as a number, or a duration as Prometheus has them. */
export function parseDurationParameter(text: string): bigint {
  const seconds = parseFloat64(text);
  const value = seconds === undefined ? parsePromDurationNano(text) : seconds * 1e9;
  const quoted = JSON.stringify(text);
  if (value === undefined) throw refused(`cannot parse ${quoted} to a valid duration`);
  if (!(Math.abs(value) < 2 ** 63)) {
    throw refused(`cannot parse ${quoted} to a valid duration. It overflows int64`);
  }
  return BigInt(Math.round(value));
}

export interface TimeRange {
  readonly startNano: bigint;
  readonly endNano: bigint;
}

/** `end` is now unless given, `start` an hour (or `since`) before that. */
export function parseTimeRange(form: URLSearchParams, nowNano: bigint): TimeRange {
  const sinceNano = named(form, 'since', parsePromDuration) ?? hourNano;
  const endNano = named(form, 'end', parseTime) ?? nowNano;
  const base = endNano < nowNano ? endNano : nowNano;
  return { startNano: named(form, 'start', parseTime) ?? base - sinceNano, endNano };
}

/** The parameter; an error says which one it was. */
function named<Value>(
  form: URLSearchParams,
  name: string,
  parse: (text: string) => Value,
): Value | undefined {
  const text = form.get(name);
  if (!text) return undefined;
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw refused(`could not parse '${name}' parameter: ${error.message}`);
  }
}

function parsePromDuration(text: string): bigint {
  const value = parsePromDurationNano(text);
  if (value === undefined) throw refused(durationFault(text));
  return BigInt(value);
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
