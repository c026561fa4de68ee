// The type of a field, guessed from a value in the order that Loki has.
import { parseByteSize, parseDurationNano, parseFloat64 } from '../syntax/literal.ts';

export type FieldType = 'int' | 'float' | 'boolean' | 'duration' | 'bytes' | 'string';

const int64Max = 2n ** 63n - 1n;

export function typeOf(value: string): FieldType {
  if (/^[+-]?\d+$/.test(value) && isInt64(value)) return 'int';
  if (parseFloat64(value) !== undefined) return 'float';
  if (/^(t|T|f|F|true|True|TRUE|false|False|FALSE)$/.test(value)) return 'boolean';
  if (parseDurationNano(value, { calendarUnits: false }) !== undefined) return 'duration';
  return parseByteSize(value) === undefined ? 'string' : 'bytes';
}

function isInt64(digits: string): boolean {
  const value = BigInt(digits.replace('+', ''));
  return value <= int64Max && value >= -int64Max - 1n;
}

const decimalUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** A size that was written with a unit, as a query can take it: `1.1GB`; undefined for anything else. */
export function printSize(value: string): string | undefined {
  const bytes = /[a-z]$/i.test(value) ? parseByteSize(value) : undefined;
  if (bytes === undefined) return undefined;
  if (bytes < 10) return `${bytes}B`;
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), decimalUnits.length - 1);
  const count = Math.floor((bytes / 1000 ** power) * 10 + 0.5) / 10;
  return `${count < 10 ? count.toFixed(1) : count.toFixed(0)}${decimalUnits[power]}`;
}
