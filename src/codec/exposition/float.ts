// Numbers as both text formats write them: what strconv.ParseFloat of Go takes, without hexadecimal
// and without underscores; numbers too large for a double are refused as there.
const powersOfTen = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const special = new Map([
  ['inf', Number.POSITIVE_INFINITY],
  ['+inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
  ['+infinity', Number.POSITIVE_INFINITY],
  ['-infinity', Number.NEGATIVE_INFINITY],
  ['nan', Number.NaN],
]);
/** Digits that fit a double exactly, whatever they are. */
const exactDigits = 15;

/** The number at `from` up to `to`; undefined when it is none. */
export function readFloat(bytes: Uint8Array, from: number, to: number): number | undefined {
  let at = from;
  const first = bytes[at];
  if (first === 0x2d || first === 0x2b) at++;
  let mantissa = 0;
  let digits = 0;
  let fraction = -1;
  for (; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte >= 0x30 && byte <= 0x39) {
      mantissa = mantissa * 10 + (byte - 0x30);
      if (mantissa !== 0) digits++;
      if (fraction >= 0) fraction++;
    } else if (byte === 0x2e && fraction < 0) fraction = 0;
    else return readUncommon(bytes, from, to);
  }
  const places = Math.max(fraction, 0);
  if (digits > exactDigits || places > 22 || !isDigit(bytes, from, to)) {
    return readUncommon(bytes, from, to);
  }
  // Both are exact, so one division rounds once: the nearest double.
  const value = places === 0 ? mantissa : mantissa / (powersOfTen[places] as number);
  return first === 0x2d ? -value : value;
}

/** Whether there is a digit at all: a sign and a point alone are no number. */
function isDigit(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if ((bytes[at] as number) >= 0x30) return true;
  return false;
}

function readUncommon(bytes: Uint8Array, from: number, to: number): number | undefined {
  return parseFloatText(
    Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1'),
  );
}

export function parseFloatText(text: string): number | undefined {
  if (decimal.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  return special.get(text.toLowerCase());
}

/** Bounds and quantiles as OpenMetrics wants them: 1 is `1.0`. */
export function formatBound(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  const text = formatShortest(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** As Go's %g with the fewest digits: an exponent below 1e-4 and from 1e6, of two digits at least. */
function formatShortest(value: number): string {
  if (Object.is(value, -0)) return '-0';
  const magnitude = Math.abs(value);
  if (magnitude === 0 || (magnitude >= 1e-4 && magnitude < 1e6)) return String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  const sign = exponent.startsWith('-') ? '-' : '+';
  return `${digits}e${sign}${exponent.replace(/^[+-]/, '').padStart(2, '0')}`;
}
