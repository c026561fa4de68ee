// The functions that every template has. `and` and `or` are in evaluate.ts, because they leave
// arguments unevaluated. https://pkg.go.dev/text/template#hdr-Functions
import { compare, equal } from './compare.ts';
import { escapeHtml, escapeQuery, escapeScript } from './escape.ts';
import { sprint, sprintln } from './format-value.ts';
import { sprintf } from './printf.ts';
import {
  type GoCall,
  GoFunction,
  GoInt64,
  GoList,
  GoMap,
  type GoValue,
  goFunction,
  isTrue,
  typeNameOf,
  utf8,
} from './value.ts';

type Args = readonly GoValue[];

const comparison = (holds: (sign: number) => boolean): GoFunction =>
  goFunction(['any', 'any'], ([left, right]) => holds(compare(left, right)));

const escaper = (change: (text: string) => string): GoFunction =>
  goFunction([], (args) => change(sprint(args)), 'any');

export const builtins: Readonly<Record<string, GoFunction>> = {
  not: goFunction(['any'], ([value]) => !isTrue(value)),
  eq: goFunction(['any', 'any'], ([first, ...others]) => equalsAny(first, others), 'any'),
  ne: goFunction(['any', 'any'], ([left, right]) => !equal(left, right)),
  lt: comparison((sign) => sign < 0),
  le: comparison((sign) => sign <= 0),
  gt: comparison((sign) => sign > 0),
  ge: comparison((sign) => sign >= 0),
  len: goFunction(['any'], ([value]) => lengthOf(value)),
  index: goFunction(['any'], ([value, ...keys]) => keys.reduce(elementOf, value), 'any'),
  slice: goFunction(['any'], ([value, ...bounds]) => sliceOf(value, bounds), 'any'),
  print: goFunction([], sprint, 'any'),
  println: goFunction([], sprintln, 'any'),
  printf: goFunction(['string'], printfOf, 'any'),
  html: escaper(escapeHtml),
  js: escaper(escapeScript),
  urlquery: escaper(escapeQuery),
  call: goFunction(['any'], callOf, 'any'),
};

function equalsAny(first: GoValue, others: Args): boolean {
  return others.some((other) => equal(first, other));
}

function printfOf([format, ...args]: Args, call: GoCall): string {
  for (const width of String(format).matchAll(/[0-9]{4,7}/g)) call.charge(Number(width[0]));
  return sprintf(format as string, args);
}

function lengthOf(value: GoValue): bigint {
  if (typeof value === 'string') return BigInt(utf8(value).length);
  if (value instanceof GoList) return BigInt(value.items.length);
  if (value instanceof GoMap) return BigInt(value.entries.size);
  if (value === undefined) throw new Error('len of nil pointer');
  throw new Error(`len of type ${typeNameOf(value)}`);
}

function elementOf(value: GoValue, key: GoValue): GoValue {
  if (value === undefined) throw new Error('index of untyped nil');
  if (value instanceof GoMap) {
    if (typeof key !== 'string') {
      throw new Error(`value has type ${typeNameOf(key)}; should be string`);
    }
    return value.entries.has(key) ? value.entries.get(key) : value.zero;
  }
  if (value instanceof GoList) return value.items[elementIndex(key, value.items.length, 'slice')];
  if (typeof value === 'string') {
    const bytes = utf8(value);
    return BigInt(bytes[elementIndex(key, bytes.length, 'string')] as number);
  }
  throw new Error(`can't index item of type ${typeNameOf(value)}`);
}

function elementIndex(key: GoValue, size: number, what: 'slice' | 'string'): number {
  const index = indexOf(key, size);
  // Go's check lets the size itself pass; reading there is what fails.
  if (index === size) throw new Error(`reflect: ${what} index out of range`);
  return index;
}

function indexOf(key: GoValue, max: number): number {
  if (key === undefined) throw new Error('cannot index slice/array with nil');
  const index = key instanceof GoInt64 ? key.value : key;
  if (typeof index !== 'bigint') {
    throw new Error(`cannot index slice/array with type ${typeNameOf(key)}`);
  }
  if (index < 0n || index > BigInt(max)) throw new Error(`index out of range: ${index}`);
  return Number(index);
}

function sliceOf(value: GoValue, bounds: Args): GoValue {
  if (value === undefined) throw new Error('slice of untyped nil');
  if (bounds.length > 3) throw new Error(`too many slice indexes: ${bounds.length}`);
  if (typeof value !== 'string' && !(value instanceof GoList)) {
    throw new Error(`can't slice item of type ${typeNameOf(value)}`);
  }
  if (typeof value === 'string' && bounds.length === 3) {
    throw new Error('cannot 3-index slice a string');
  }
  const bytes = typeof value === 'string' ? utf8(value) : undefined;
  const size = bytes ? bytes.length : (value as GoList).items.length;
  const [from = 0, to = size] = bounds.map((bound) => indexOf(bound, size));
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  if (bytes) return new TextDecoder().decode(bytes.subarray(from, to));
  const list = value as GoList;
  return new GoList(list.items.slice(from, to), list.typeName);
}

function callOf([callee, ...args]: Args, call: GoCall): GoValue {
  if (callee === undefined) throw new Error('call of nil');
  if (!(callee instanceof GoFunction)) {
    throw new Error(`non-function of type ${typeNameOf(callee)}`);
  }
  return callee.call(args, call);
}
