// Floats as Go prints them: %e %f %g, shortest or to a precision, rounding half to even on the exact
// decimal value. https://pkg.go.dev/strconv#FormatFloat

/** The digits of |value|, and where the point stands: 0.d1d2… × 10^pointAt. */
interface Decimal {
  readonly digits: string;
  readonly pointAt: number;
}

export type FloatVerb = 'e' | 'E' | 'f' | 'g' | 'G';

/** `precision` undefined: as few digits as tell the value from its neighbours. */
export function formatFloat(value: number, verb: FloatVerb, precision?: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (!Number.isFinite(value)) return sign === '-' ? '-Inf' : '+Inf';
  return sign + formatMagnitude(Math.abs(value), verb, precision);
}

function formatMagnitude(value: number, verb: FloatVerb, precision: number | undefined): string {
  const decimal = precision === undefined ? shortest(value) : exact(value);
  const count = decimal.digits.length;
  switch (verb) {
    case 'e':
    case 'E':
      return exponential(decimal, precision ?? Math.max(0, count - 1), verb);
    case 'f':
      return fixed(decimal, precision ?? Math.max(0, count - decimal.pointAt));
    default:
      return general(decimal, verb, precision);
  }
}

function general(decimal: Decimal, verb: 'g' | 'G', precision: number | undefined): string {
  const digitsMax = precision === 0 ? 1 : precision;
  const rounded = digitsMax === undefined ? decimal : trimmed(round(decimal, digitsMax));
  const count = rounded.digits.length;
  // 6 is Go's own choice for the shortest form: a million is 1e+06.
  let threshold = digitsMax ?? 6;
  if (digitsMax !== undefined && threshold > count && count >= rounded.pointAt) threshold = count;
  const exponent = rounded.digits === '0' ? 0 : rounded.pointAt - 1;
  if (exponent < -4 || exponent >= threshold) {
    return exponential(rounded, count - 1, verb === 'g' ? 'e' : 'E');
  }
  return fixed(rounded, Math.max(0, count - rounded.pointAt));
}

function exponential(decimal: Decimal, precision: number, verb: 'e' | 'E'): string {
  const { digits, pointAt } = round(decimal, precision + 1);
  const padded = digits.padEnd(precision + 1, '0');
  const exponent = /[1-9]/.test(digits) ? pointAt - 1 : 0;
  const fraction = precision > 0 ? `.${padded.slice(1)}` : '';
  const sign = exponent < 0 ? '-' : '+';
  return `${padded[0]}${fraction}${verb}${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function fixed(decimal: Decimal, precision: number): string {
  const { digits, pointAt } = round(decimal, decimal.pointAt + precision);
  const whole = pointAt > 0 ? digits.slice(0, pointAt).padEnd(pointAt, '0') : '0';
  if (precision === 0) return whole;
  const after = `${'0'.repeat(Math.max(0, -pointAt))}${digits.slice(Math.max(0, pointAt))}`;
  return `${whole}.${after.slice(0, precision).padEnd(precision, '0')}`;
}

/** To so many digits; 0 or fewer may leave none. */
function round({ digits, pointAt }: Decimal, count: number): Decimal {
  if (count >= digits.length) return { digits, pointAt };
  if (count < 0) return { digits: '0', pointAt: 0 };
  const kept = digits.slice(0, count);
  const rest = digits.slice(count);
  const isOdd = Number(kept.at(-1) ?? 0) % 2 === 1;
  const isTie = /^50*$/.test(rest);
  const isUp = isTie ? isOdd : rest >= '5';
  if (!isUp) return kept === '' ? { digits: '0', pointAt: 0 } : { digits: kept, pointAt };
  const raised = String(BigInt(kept === '' ? 0 : kept) + 1n).padStart(count, '0');
  return { digits: raised, pointAt: pointAt + (raised.length > Math.max(count, 0) ? 1 : 0) };
}

function trimmed({ digits, pointAt }: Decimal): Decimal {
  const short = digits.replace(/0+$/, '');
  return short === '' ? { digits: '0', pointAt: 1 } : { digits: short, pointAt };
}

function shortest(value: number): Decimal {
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  return { digits: mantissa.replace('.', ''), pointAt: Number(exponent) + 1 };
}

/** Every digit of the binary value. */
function exact(value: number): Decimal {
  if (value === 0) return { digits: '0', pointAt: 1 };
  let exponent = 0;
  let mantissa = value;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent--;
  }
  // mantissa × 2^exponent = mantissa × 5^-exponent × 10^exponent
  const digits = String(BigInt(mantissa) * 5n ** BigInt(-exponent));
  return trimmed({ digits, pointAt: digits.length + exponent });
}
