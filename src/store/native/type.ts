// The names of engine types as trees: "Array(LowCardinality(String))" → array of low cardinality of
// string. Only what a decoder must tell apart; precision, time zone and enum values are dropped.
import { BugError } from '#lib/errors.ts';

export type NativeType =
  | { readonly kind: 'fixed'; readonly array: FixedKind }
  | { readonly kind: 'string' }
  | { readonly kind: 'fixed-string'; readonly width: number }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'array'; readonly element: NativeType }
  | { readonly kind: 'map'; readonly key: NativeType; readonly value: NativeType }
  | { readonly kind: 'nullable'; readonly of: NativeType }
  | { readonly kind: 'low-cardinality'; readonly of: NativeType }
  | { readonly kind: 'tuple'; readonly elements: readonly NativeType[] };

export type FixedKind = 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'i64' | 'u64' | 'f32' | 'f64';

const fixedTypes: Readonly<Record<string, FixedKind>> = {
  Int8: 'i8',
  UInt8: 'u8',
  Bool: 'u8',
  Enum8: 'i8',
  Int16: 'i16',
  UInt16: 'u16',
  Enum16: 'i16',
  Date: 'u16',
  Int32: 'i32',
  UInt32: 'u32',
  Date32: 'i32',
  DateTime: 'u32',
  Int64: 'i64',
  UInt64: 'u64',
  DateTime64: 'i64',
  Float32: 'f32',
  Float64: 'f64',
};

export function parseNativeType(text: string): NativeType {
  const open = text.indexOf('(');
  const name = open < 0 ? text : text.slice(0, open);
  const args = open < 0 ? [] : splitArguments(text.slice(open + 1, -1));
  const fixed = fixedTypes[name];
  if (fixed) return { kind: 'fixed', array: fixed };
  const nested = (index: number): NativeType => parseNativeType(args[index] ?? '');
  switch (name) {
    case 'String':
      return { kind: 'string' };
    case 'Nothing':
      return { kind: 'nothing' };
    case 'FixedString':
      return { kind: 'fixed-string', width: Number(args[0]) };
    case 'Array':
      return { kind: 'array', element: nested(0) };
    case 'Map':
      return { kind: 'map', key: nested(0), value: nested(1) };
    case 'Nullable':
      return { kind: 'nullable', of: nested(0) };
    case 'LowCardinality':
      return { kind: 'low-cardinality', of: nested(0) };
    case 'Tuple':
      return { kind: 'tuple', elements: args.map((arg) => parseNativeType(withoutName(arg))) };
    case 'SimpleAggregateFunction':
      return nested(1);
    default:
      throw new BugError(`BUG: no decoder for the engine type '${text}'`);
  }
}

/** Splits at commas outside parentheses and quotes. */
function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let isQuoted = false;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (isQuoted && c === '\\') i++;
    else if (c === "'" || c === '`') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (c === ',' && depth === 0) {
      parts.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  parts.push(text.slice(from).trim());
  return parts;
}

// Elements of a named tuple are `name Type`.
function withoutName(text: string): string {
  if (text.startsWith('`')) return text.slice(text.indexOf('`', 1) + 1).trim();
  const named = /^[A-Za-z_]\w*\s+(.+)$/s.exec(text);
  return named ? (named[1] as string) : text;
}
