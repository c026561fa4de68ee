// Numbers and durations as PromQL writes them, both ways.
// https://prometheus.io/docs/prometheus/latest/querying/basics/#float-literals-and-time-durations

const decimal = /^(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+)?$/;
const hexadecimal = /^0[xX]_?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*$/;
const octal = /^0[0-7]+$/;
const duration = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

const unitsMs: readonly (readonly [string, number])[] = [
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** The value of a number without sign; undefined when it is none. Infinite when out of range. */
export function parseNumber(text: string): number | undefined {
  if (octal.test(text)) return Number.parseInt(text, 8);
  const digits = text.replaceAll('_', '');
  if (decimal.test(text)) return Number(digits);
  if (hexadecimal.test(text)) return Number(digits.toLowerCase());
  return undefined;
}

/** Milliseconds of `1h30m`: each unit once, from large to small; undefined when it is no duration. */
export function parseDurationMs(text: string): number | undefined {
  const parts = duration.exec(text);
  if (!parts || text === '') return undefined;
  return unitsMs.reduce((sum, [, size], i) => sum + Number(parts[i + 1] ?? 0) * size, 0);
}

/** The shortest text that parses to the same duration; years and weeks only if nothing is left. */
export function printDurationMs(durationMs: number): string {
  if (durationMs === 0) return '0s';
  let rest = Math.abs(durationMs);
  let text = durationMs < 0 ? '-' : '';
  for (const [unit, size] of unitsMs) {
    const isWhole = rest % size === 0;
    if ((unit === 'y' || unit === 'w') && !isWhole) continue;
    const count = Math.floor(rest / size);
    if (count === 0) continue;
    text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

/** The fewest digits, never an exponent: Go's 'f' format. */
export function printDecimal(value: number): string {
  const text = printNumber(value);
  const parts = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!parts) return text;
  const [, sign = '', first = '', rest = '', exponent] = parts;
  const digits = first + rest;
  const shift = Number(exponent);
  if (shift < 0) return `${sign}0.${'0'.repeat(-shift - 1)}${digits}`;
  return sign + digits.padEnd(shift + 1, '0');
}

/** Go's %g: as printNumber, but with an exponent below 1e-4 and from 1e6 on. */
export function printGeneral(value: number): string {
  const size = Math.abs(value);
  const hasExponent = Number.isFinite(value) && value !== 0 && (size < 1e-4 || size >= 1e6);
  return hasExponent ? value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2') : printNumber(value);
}

/** As Go prints a float64 with the fewest digits and no exponent below 1e21. */
export function printNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  if (Object.is(value, -0)) return '-0';
  const text = String(value);
  return text.includes('e') ? text.replace(/e([+-])(\d)$/, 'e$10$2') : text;
}
