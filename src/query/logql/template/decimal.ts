// Decimal numbers, in which 0.1 + 0.2 is 0.3: what addf, subf, mulf and divf calculate with.
import { formatFloat } from '#lib/gotemplate/format-float.ts';

/** digits * 10 ** -places */
export interface Decimal {
  readonly digits: bigint;
  readonly places: number;
}

/** Digits after the point of a quotient. */
const divisionPlaces = 16;

const power = (places: number): bigint => 10n ** BigInt(places);

/** The shortest decimal number that is this float. Throws Error for NaN and infinities. */
export function decimalOf(value: number): Decimal {
  if (!Number.isFinite(value)) {
    throw new Error(`Cannot create a Decimal from ${formatFloat(value, 'g')}`);
  }
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const size = BigInt((whole + fraction).replace('-', ''));
  const digits = whole.startsWith('-') ? -size : size;
  const places = fraction.length - Number(exponent);
  return places < 0 ? { digits: digits * power(-places), places: 0 } : { digits, places };
}

export const floatOf = ({ digits, places }: Decimal): number => Number(`${digits}e-${places}`);

function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint, number] {
  const places = Math.max(a.places, b.places);
  return [a.digits * power(places - a.places), b.digits * power(places - b.places), places];
}

export function add(a: Decimal, b: Decimal): Decimal {
  const [left, right, places] = aligned(a, b);
  return { digits: left + right, places };
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  const [left, right, places] = aligned(a, b);
  return { digits: left - right, places };
}

export const multiply = (a: Decimal, b: Decimal): Decimal => ({
  digits: a.digits * b.digits,
  places: a.places + b.places,
});

/** Rounded to 16 places, halves away from zero. */
export function divide(a: Decimal, b: Decimal): Decimal {
  if (b.digits === 0n) throw new Error('decimal division by 0');
  const [left, right] = aligned(a, b);
  const size = (value: bigint): bigint => (value < 0n ? -value : value);
  const scaled = size(left) * power(divisionPlaces);
  const quotient = (scaled * 2n + size(right)) / (size(right) * 2n);
  const isNegative = left < 0n !== right < 0n;
  return { digits: isNegative ? -quotient : quotient, places: divisionPlaces };
}
