// What the template functions take for a number, and numbers as times.
import { formatFloat } from '#lib/gotemplate/format-float.ts';
import { quoteGo } from '#lib/gotemplate/format-value.ts';
import { GoDuration, GoTime } from '#lib/gotemplate/time.ts';
import { type GoValue, typeNameOf } from '#lib/gotemplate/value.ts';

const decimal = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

export function toFloat(value: GoValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') return parseFloatText(value);
  if (value instanceof GoDuration) return Number(value.nanoseconds) / 1e9;
  throw new Error(`can't convert ${typeNameOf(value)} to float`);
}

function parseFloatText(text: string): number {
  if (decimal.test(text)) return Number(text);
  const special = /^([+-]?)(?:(inf|infinity)|nan)$/i.exec(text);
  if (!special || (special[2] === undefined && special[1] !== '')) {
    throw new Error(`strconv.ParseFloat: parsing ${quoteGo(text)}: invalid syntax`);
  }
  if (special[2] === undefined) return Number.NaN;
  return special[1] === '-' ? -Infinity : Infinity;
}

/** Seconds since 1970, cut to milliseconds. */
export function toTime(seconds: number): GoTime {
  const nanoseconds = seconds * 1e9;
  if (!(nanoseconds <= 2 ** 63 && nanoseconds >= -(2 ** 63)) || Math.abs(nanoseconds) >= 2 ** 63) {
    const shown = formatFloat(seconds, 'g');
    throw new Error(
      `${shown} cannot be represented as a nanoseconds timestamp since it overflows int64`,
    );
  }
  return new GoTime(BigInt(Math.trunc(Math.trunc(nanoseconds) / 1e6)) * 1_000_000n);
}
