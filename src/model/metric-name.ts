// Names of OpenTelemetry metrics and attributes as Prometheus has them: what its OTLP receiver makes
// of them with underscore escaping and suffixes (no UTF-8 names).
// Spec: https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
//       https://github.com/prometheus/otlptranslator (the cases of metric-name.test.ts agree with it)

/** What the name depends on: `counter` is a monotonic sum, of either temporality. */
export type MetricKind = 'counter' | 'gauge' | 'sum' | 'histogram' | 'summary';

const unitWords = new Map([
  ['d', 'days'],
  ['h', 'hours'],
  ['min', 'minutes'],
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
  ['ns', 'nanoseconds'],
  ['By', 'bytes'],
  ['KiBy', 'kibibytes'],
  ['MiBy', 'mebibytes'],
  ['GiBy', 'gibibytes'],
  ['TiBy', 'tebibytes'],
  ['kBy', 'kilobytes'],
  ['KBy', 'kilobytes'],
  ['MBy', 'megabytes'],
  ['GBy', 'gigabytes'],
  ['TBy', 'terabytes'],
  ['m', 'meters'],
  ['V', 'volts'],
  ['A', 'amperes'],
  ['J', 'joules'],
  ['W', 'watts'],
  ['g', 'grams'],
  ['Cel', 'celsius'],
  ['Hz', 'hertz'],
  ['1', ''],
  ['%', 'percent'],
]);

const perUnitWords = new Map([
  ['s', 'second'],
  ['m', 'minute'],
  ['h', 'hour'],
  ['d', 'day'],
  ['w', 'week'],
  ['mo', 'month'],
  ['y', 'year'],
]);

/**
 * The Prometheus name of a metric; '' when nothing of the name can be kept. Names of the series of a
 * histogram or summary are this plus `_bucket`, `_sum`, `_count`.
 */
export function toPrometheusName(name: string, unit: string, kind: MetricKind): string {
  let words = name.split(/[^a-zA-Z0-9:]+/).filter((word) => word !== '');
  const [main, per] = unitSuffixes(unit);
  const added = [main, per].filter((suffix) => suffix !== '' && !words.includes(suffix));
  words.push(...(added.includes(per) ? added.map(trimEnd) : added));
  if (kind === 'counter') words = [...words.filter((word) => word !== 'total'), 'total'];
  if (kind === 'gauge' && unit === '1') {
    words = [...words.filter((word) => word !== 'ratio'), 'ratio'];
  }
  const joined = words.join('_');
  if (/^_*$/.test(joined)) return '';
  return /^[0-9]/.test(joined) ? `_${joined}` : joined;
}

/** The Prometheus word for a unit: `By/s` is `bytes_per_second`; '' for none. */
export function toPrometheusUnit(unit: string): string {
  const [main, per] = unitSuffixes(unit);
  return trimEnd(main !== '' && per !== '' ? `${main}_${per}` : main + per);
}

/**
 * The Prometheus name of an attribute; '' when there is none. Every character that a label name cannot
 * have becomes one underscore.
 */
export function toLabelName(key: string): string {
  const name = key.replace(/[^a-zA-Z0-9_]/gu, '_');
  if (name !== key && /^_*$/.test(name)) return '';
  if (/^[0-9]/.test(name)) return `key_${name}`;
  return /^_(?!_)/.test(name) ? `key${name}` : name;
}

/** A float as in the label `le` or `quantile`: shortest digits, never an exponent. */
export function toLabelFloat(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  const text = String(value);
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!match) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, '0')}`;
}

/** `[main, per_…]`, cleaned of what names cannot have; units in braces are only remarks. */
function unitSuffixes(unit: string): [string, string] {
  const slash = unit.indexOf('/');
  const main = (slash < 0 ? unit : unit.slice(0, slash)).trim();
  const per = slash < 0 ? '' : unit.slice(slash + 1).trim();
  const mainWord = /[{}]/.test(main) ? '' : (unitWords.get(main) ?? main);
  const perWord = /[{}]/.test(per) ? '' : (perUnitWords.get(per) ?? per);
  return [cleanUnit(mainWord), perWord === '' ? '' : trimPer(cleanUnit(`per_${perWord}`))];
}

const cleanUnit = (unit: string): string =>
  unit
    .replace(/[^a-zA-Z0-9:]/gu, '_')
    .replace(/_+/g, '_')
    .replace(/^_/, '');
const trimPer = (suffix: string): string => (suffix === 'per_' ? '' : trimEnd(suffix));
const trimEnd = (text: string): string => text.replace(/_$/, '');
