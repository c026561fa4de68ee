// What the arithmetic functions take for a number: anything, and what is none counts as 0.
import { GoInt64, type GoValue } from '#lib/gotemplate/value.ts';
import { isFault, readFloat } from './go-number.ts';

const intMin = -(2n ** 63n);
const intMax = 2n ** 63n - 1n;

/** `12`, `-3.9` (cut), `0x1f`, `0b1`, `017` (octal), `1_000`. */
function parseInteger(text: string): bigint {
  const whole = /^([+-]?\d*)\.\d*$/.exec(text)?.[1];
  const cut = whole === undefined ? text : whole;
  if (cut === '' || cut === '+' || cut === '-') return 0n;
  const found =
    /^([+-]?)(?:(0[xX](?:_?[\da-fA-F])+)|(0[bB](?:_?[01])+)|0[oO]?((?:_?[0-7])+)|(0|[1-9](?:_?\d)*))$/.exec(
      cut,
    );
  if (!found) return 0n;
  const [, sign, hex, binary, octal, decimal] = found;
  const digits = (hex ?? binary ?? (octal === undefined ? decimal : `0o${octal}`)) as string;
  const size = BigInt(digits.replaceAll('_', ''));
  const value = sign === '-' ? -size : size;
  return value < intMin || value > intMax ? 0n : value;
}

export function toInt(value: GoValue): bigint {
  switch (typeof value) {
    case 'bigint':
      return value;
    case 'number': {
      const isInRange = value >= -(2 ** 63) && value < 2 ** 63;
      return isInRange ? BigInt(Math.trunc(value)) : 0n;
    }
    case 'boolean':
      return value ? 1n : 0n;
    case 'string':
      return parseInteger(value);
    default:
      return value instanceof GoInt64 ? value.value : 0n;
  }
}

export function toFloat(value: GoValue): number {
  switch (typeof value) {
    case 'bigint':
      return Number(value);
    case 'number':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    case 'string': {
      const reading = readFloat(value);
      return isFault(reading) ? 0 : reading.value;
    }
    default:
      return value instanceof GoInt64 ? Number(value.value) : 0;
  }
}
