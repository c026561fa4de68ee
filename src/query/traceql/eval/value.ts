// Values while a query is evaluated, and what operators do with them. Types never convert into each
// other except numbers: a comparison of a string with a number is false, also with `!=`.
// Arrays: = =~ < > … hold when any element does, != !~ when no element is equal or matches; two
// arrays do not compare.

import { RE2JS } from 're2js';
import { Lru } from '#lib/lru.ts';
import { attributeText, attributeTypeOf } from '#model/attribute.ts';
import type { ArithmeticOperator, ComparisonOperator, StaticValue } from '../syntax/ast.ts';
import { calculateFloats, calculateInts } from './arithmetic.ts';

export type Value = StaticValue | { readonly type: 'array'; readonly items: readonly Value[] };

export const nil: Value = { type: 'nil' };
export const bool = (value: boolean): Value => ({ type: 'bool', value });
export const text = (value: string): Value => ({ type: 'string', value });
export const int = (value: number | bigint): Value => ({ type: 'int', value });
export const duration = (value: number): Value => ({ type: 'duration', value });

/** Several values of one field: none is nil, one is itself. */
export function listOf(items: readonly Value[]): Value {
  if (items.length === 0) return nil;
  return items.length === 1 ? (items[0] as Value) : { type: 'array', items };
}

/** The value of a stored attribute (model/attribute.ts). Bytes and maps are there, but equal nothing. */
export function valueOfStored(stored: string): Value {
  const plain = attributeText(stored);
  switch (attributeTypeOf(stored)) {
    case 'string':
      return text(plain);
    case 'bool':
      return bool(plain === 'true');
    case 'int':
      return int(toExact(plain));
    case 'double':
      return { type: 'float', value: Number(plain) };
    case 'json':
      return valueOfJson(plain);
    case 'bytes':
    case 'empty':
      return { type: 'array', items: [] };
  }
}

function toExact(digits: string): number | bigint {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits);
}

/** Elements of an array that are strings, numbers or booleans. */
function valueOfJson(json: string): Value {
  const items = json.startsWith('[') ? splitJsonArray(json) : [];
  const values = items.map(valueOfElement).filter((value) => value.type !== 'nil');
  return { type: 'array', items: values };
}

function valueOfElement(raw: string): Value {
  if (raw.startsWith('"')) return text(JSON.parse(raw) as string);
  if (raw === 'true' || raw === 'false') return bool(raw === 'true');
  if (!/^-?\d/.test(raw)) return nil;
  return /[.eE]/.test(raw) ? { type: 'float', value: Number(raw) } : int(toExact(raw));
}

/** The elements of a JSON array as text: 1.0 stays apart from 1. */
export function splitJsonArray(json: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let from = 1;
  let isQuoted = false;
  for (let at = 1; at < json.length; at++) {
    const char = json[at] as string;
    if (isQuoted) {
      if (char === '\\') at++;
      else if (char === '"') isQuoted = false;
    } else if (char === '"') isQuoted = true;
    else if (depth === 0 && (char === ',' || char === ']')) {
      const item = json.slice(from, at).trim();
      if (item !== '') items.push(item);
      from = at + 1;
    } else if (char === '[' || char === '{') depth++;
    else if (char === ']' || char === '}') depth--;
  }
  return items;
}

/** What Tempo keeps of a text: so many bytes (`max_attribute_bytes`). */
export const tempoTextBytesMax = 2_048;

/** Texts, and those in a list, cut to so many bytes of UTF-8; undefined leaves them. */
export function cutText(value: Value, bytesMax: number | undefined): Value {
  if (bytesMax === undefined) return value;
  if (value.type === 'array') {
    return { type: 'array', items: value.items.map((item) => cutText(item, bytesMax)) };
  }
  return value.type === 'string' ? text(cutToBytes(value.value, bytesMax)) : value;
}

export function cutToBytes(plain: string, bytesMax: number): string {
  if (plain.length * 3 <= bytesMax) return plain;
  const bytes = Buffer.from(plain);
  return bytes.length <= bytesMax ? plain : bytes.toString('utf8', 0, bytesMax);
}

export function compare(operator: ComparisonOperator, left: Value, right: Value): boolean {
  if (left.type === 'array' || right.type === 'array') return compareArrays(operator, left, right);
  if (operator === '=~' || operator === '!~') {
    if (left.type !== 'string' || right.type !== 'string') return false;
    return matches(right.value, left.value) === (operator === '=~');
  }
  const order = orderOf(left, right);
  if (order === undefined) return false;
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

/** Lists do not compare with each other. */
export const doCompare = (left: Value, right: Value): boolean =>
  left.type !== 'array' || right.type !== 'array';

function compareArrays(operator: ComparisonOperator, left: Value, right: Value): boolean {
  if (!doCompare(left, right)) return false;
  const pairs =
    left.type === 'array'
      ? left.items.map((item) => [item, right] as const)
      : (right as { items: readonly Value[] }).items.map((item) => [left, item] as const);
  const any = (positive: ComparisonOperator): boolean =>
    pairs.some(([a, b]) => compare(positive, a, b));
  if (operator === '!=') return any('!=') && !any('=');
  if (operator === '!~') return any('!~') && !any('=~');
  return any(operator);
}

/** Below, equal, above: -1, 0, 1; undefined for values that do not compare, NaN for NaN. */
function orderOf(left: Value, right: Value): number | undefined {
  const a = numberOf(left);
  const b = numberOf(right);
  if (a !== undefined && b !== undefined && doTypesFit(left, right))
    return a < b ? -1 : a > b ? 1 : a >= b ? 0 : Number.NaN;
  if (left.type !== right.type) return undefined;
  if (left.type === 'string' && right.type === 'string') return textOrder(left.value, right.value);
  if (left.type === 'nil' || left.type === 'array' || !('value' in right)) return undefined;
  return left.value === right.value ? 0 : left.value < right.value ? -1 : 1;
}

const doTypesFit = (left: Value, right: Value): boolean =>
  left.type === right.type || !(isTyped(left) || isTyped(right));

const isTyped = (value: Value): boolean => 'isTyped' in value && value.isTyped === true;

/** By code points, which is the order of UTF-8 bytes and of the engine. */
function textOrder(a: string, b: string): number {
  if (a === b) return 0;
  let at = 0;
  while (a.charCodeAt(at) === b.charCodeAt(at)) at++;
  const x = a.codePointAt(at) ?? -1;
  const y = b.codePointAt(at) ?? -1;
  return x < y ? -1 : 1;
}

export function numberOf(value: Value): number | bigint | undefined {
  return value.type === 'int' || value.type === 'float' || value.type === 'duration'
    ? value.value
    : undefined;
}

/** Integers stay whole (arithmetic.ts); nil when an operand is no number. */
export function calculate(operator: ArithmeticOperator, left: Value, right: Value): StaticValue {
  const a = numberOf(left);
  const b = numberOf(right);
  if (a === undefined || b === undefined) return { type: 'nil' };
  if (left.type === 'int' && right.type === 'int') return calculateInts(operator, a, b);
  const value = calculateFloats(operator, Number(a), Number(b));
  if (left.type === 'float' || right.type === 'float') return { type: 'float', value };
  return Number.isFinite(value) ? { type: 'duration', value } : { type: 'nil' };
}

const patterns = new Lru<string, RE2JS | null>(200);

/** Anchored on both sides; the point matches line ends too, as everywhere in Tempo. */
export const anchored = (pattern: string): string => `^(?s:${pattern})$`;

function matches(pattern: string, subject: string): boolean {
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    compiled = tryCompile(anchored(pattern));
    patterns.set(pattern, compiled);
  }
  return compiled?.matcher(subject).find() ?? false;
}

/** Patterns of the query are checked before; the value of an attribute may be none: it matches nothing. */
function tryCompile(pattern: string): RE2JS | null {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return null;
  }
}

/** A key that equal values share, for grouping. */
export function keyOf(value: Value): string {
  if (value.type === 'nil') return 'nil';
  if (value.type === 'array') return `[${value.items.map(keyOf).join('\u0000')}]`;
  return `${value.type}\u0001${value.value}`;
}
