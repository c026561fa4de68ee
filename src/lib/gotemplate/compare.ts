// eq, ne, lt … of basic values; values of different kinds cannot be compared.
import {
  compareText,
  GoFunction,
  GoList,
  GoMap,
  GoObject,
  type GoValue,
  typeNameOf,
} from './value.ts';

type Basic = string | number | bigint | boolean;

const incompatible = 'incompatible types for comparison';

export function equal(left: GoValue, right: GoValue): boolean {
  if (left === undefined || right === undefined) return left === right;
  const [a, b] = [basicOf(left), basicOf(right)];
  if (a === undefined || b === undefined) {
    throw new Error(`non-comparable type ${typeNameOf(a === undefined ? left : right)}`);
  }
  if (typeof a !== typeof b) throw new Error(incompatible);
  return a === b;
}

/** Negative, 0 or positive; NaN when one is no number. */
export function compare(left: GoValue, right: GoValue): number {
  const [a, b] = [basicOf(left), basicOf(right)];
  if (a === undefined || b === undefined || typeof a === 'boolean') {
    throw new Error('invalid type for comparison');
  }
  if (typeof a !== typeof b) throw new Error(incompatible);
  if (typeof a === 'string') return compareText(a, b as string);
  if (typeof a === 'bigint') return a < (b as bigint) ? -1 : a > (b as bigint) ? 1 : 0;
  return a === b ? 0 : a - (b as number);
}

function basicOf(value: GoValue): Basic | undefined {
  if (value instanceof GoObject) return value.basic();
  if (value instanceof GoList || value instanceof GoMap || value instanceof GoFunction) {
    return undefined;
  }
  return value;
}
