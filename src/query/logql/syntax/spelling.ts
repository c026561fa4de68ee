// Numbers, durations, sizes and strings as Loki spells them, which is as Go prints them.

/** Like Go's %v of a float64: shortest, with an exponent outside of 1e-4 … 1e21. */
export function spellNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e21))
    return Object.is(value, -0) ? '-0' : plain(value);
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  const digits = exponent.slice(1).padStart(2, '0');
  return `${mantissa}e${exponent[0]}${digits}`;
}

/** Never with an exponent, as values in answers are: 1e21 has 22 digits. */
export function plain(value: number): string {
  const text = String(value);
  const [, sign = '', whole = '', fraction = '', exponent = ''] =
    /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (exponent === '') return text;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, '0')}`;
}

const subSeconds: readonly (readonly [string, bigint])[] = [
  ['ms', 1_000_000n],
  ['µs', 1000n],
  ['ns', 1n],
];

/** Like Go's time.Duration: `1h0m0s`, `1m30s`, `1.5s`, `250ms`. */
export function spellGoDuration(nanos: bigint): string {
  if (nanos === 0n) return '0s';
  const sign = nanos < 0n ? '-' : '';
  const size = nanos < 0n ? -nanos : nanos;
  if (size < 1_000_000_000n) {
    const [unit, one] = subSeconds.find(
      ([, least]) => size >= least,
    ) as (typeof subSeconds)[number];
    return `${sign}${fraction(size, one)}${unit}`;
  }
  const minutes = size / 60_000_000_000n;
  const seconds = `${fraction(size % 60_000_000_000n, 1_000_000_000n)}s`;
  if (minutes === 0n) return sign + seconds;
  if (minutes < 60n) return `${sign}${minutes}m${seconds}`;
  return `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

function fraction(value: bigint, one: bigint): string {
  const rest = value % one;
  if (rest === 0n) return String(value / one);
  const digits = String(rest).padStart(String(one).length - 1, '0');
  return `${value / one}.${digits.replace(/0+$/, '')}`;
}

const sizeUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** Like humanize.Bytes without its blank: `512B`, `5.1kB`, `10GB`; it rounds. */
export function spellBytes(bytes: number): string {
  if (bytes < 10) return `${bytes}B`;
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), sizeUnits.length - 1);
  const value = Math.floor((bytes / 1000 ** power) * 10 + 0.5) / 10;
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)}${sizeUnits[power]}`;
}

const named: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

/** In double quotes with Go's escapes; what cannot be printed is written by its number. */
export function quote(text: string): string {
  const escaped = text.replace(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (char) => {
    const point = char.codePointAt(0) as number;
    const hex = point.toString(16);
    if (named[char] !== undefined) return named[char];
    if (point < 0x80) return `\\x${hex.padStart(2, '0')}`;
    return point < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
  });
  return `"${escaped}"`;
}
