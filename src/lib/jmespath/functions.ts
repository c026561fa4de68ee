// The functions of JMESPath. https://jmespath.org/specification.html#built-in-functions
// A call with values of the wrong types throws an Error, which ends the search.
import { isEqual, isObject, type Json, typeOf } from './value.ts';

/** `&expression` as an argument. */
export class Reference {
  readonly evaluate: (value: Json) => Json;
  constructor(evaluate: (value: Json) => Json) {
    this.evaluate = evaluate;
  }
}

export type Argument = Json | Reference;

export interface JmesFunction {
  readonly argumentsMin: number;
  readonly argumentsMax: number;
  readonly call: (args: readonly Argument[]) => Json;
}

const define = (
  count: number,
  call: JmesFunction['call'],
  argumentsMax: number = count,
): JmesFunction => ({ argumentsMin: count, argumentsMax, call });

const wrong = (value: Argument, wanted: string): Error =>
  new Error(
    `${value instanceof Reference ? 'expression' : typeOf(value)} where ${wanted} is needed`,
  );

function numberIn(value: Argument | undefined): number {
  if (typeof value !== 'number') throw wrong(value ?? null, 'a number');
  return value;
}
function textIn(value: Argument | undefined): string {
  if (typeof value !== 'string') throw wrong(value ?? null, 'a string');
  return value;
}
function listIn(value: Argument | undefined): Json[] {
  if (!Array.isArray(value)) throw wrong(value ?? null, 'an array');
  return value;
}
function objectIn(value: Argument | undefined): { [key: string]: Json } {
  if (value === undefined || value instanceof Reference || !isObject(value)) {
    throw wrong(value ?? null, 'an object');
  }
  return value;
}
function jsonIn(value: Argument | undefined): Json {
  if (value instanceof Reference) throw wrong(value, 'a value');
  return value ?? null;
}
function referenceIn(value: Argument | undefined): Reference {
  if (!(value instanceof Reference)) throw wrong(value ?? null, 'an expression');
  return value;
}

const onNumber = (change: (value: number) => number): JmesFunction =>
  define(1, ([value]) => change(numberIn(value)));

type Key = number | string;

/** All numbers or all strings. */
function keysIn(values: readonly Json[]): Key[] {
  const [first] = values;
  const wanted = typeof first;
  if (values.length > 0 && wanted !== 'number' && wanted !== 'string') {
    throw wrong(first as Json, 'a number or a string');
  }
  for (const value of values) if (typeof value !== wanted) throw wrong(value, `a ${wanted}`);
  return values as Key[];
}

const compare = (left: Key, right: Key): number => (left < right ? -1 : left > right ? 1 : 0);

function extreme(items: readonly Json[], keys: readonly Json[], sign: number): Json {
  const known = keysIn(keys);
  let best = 0;
  known.forEach((key, i) => {
    if (compare(key, known[best] as Key) * sign > 0) best = i;
  });
  return items[best] ?? null;
}

const extremeOf = (sign: number): JmesFunction =>
  define(1, ([list]) => extreme(listIn(list), listIn(list), sign));

const extremeBy = (sign: number): JmesFunction =>
  define(2, ([list, by]) => {
    const items = listIn(list);
    return extreme(items, items.map(referenceIn(by).evaluate), sign);
  });

function sorted(items: readonly Json[], given: readonly Json[]): Json[] {
  const keys = keysIn(given);
  return items
    .map((item, i) => ({ item, key: keys[i] as Key }))
    .sort((left, right) => compare(left.key, right.key))
    .map(({ item }) => item);
}

const sum = (list: Json[]): number =>
  list.reduce<number>((total, item) => total + numberIn(item), 0);

function lengthOf(value: Argument | undefined): number {
  if (typeof value === 'string') return [...value].length;
  if (Array.isArray(value)) return value.length;
  return Object.keys(objectIn(value)).length;
}

function reverse(value: Argument | undefined): Json {
  return typeof value === 'string' ? [...value].reverse().join('') : [...listIn(value)].reverse();
}

function toNumber(value: Json): Json {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

export const functions: Readonly<Record<string, JmesFunction>> = {
  abs: onNumber(Math.abs),
  avg: define(1, ([list]) => {
    const items = listIn(list);
    return items.length === 0 ? null : sum(items) / items.length;
  }),
  ceil: onNumber(Math.ceil),
  contains: define(2, ([where, what]) =>
    typeof where === 'string'
      ? typeof what === 'string' && where.includes(what)
      : listIn(where).some((item) => isEqual(item, jsonIn(what))),
  ),
  ends_with: define(2, ([text, end]) => textIn(text).endsWith(textIn(end))),
  floor: onNumber(Math.floor),
  join: define(2, ([glue, list]) => listIn(list).map(textIn).join(textIn(glue))),
  keys: define(1, ([object]) => Object.keys(objectIn(object))),
  length: define(1, ([value]) => lengthOf(value)),
  map: define(2, ([change, list]) => listIn(list).map(referenceIn(change).evaluate)),
  max: extremeOf(1),
  max_by: extremeBy(1),
  merge: define(
    1,
    (args) => Object.fromEntries(args.flatMap((arg) => Object.entries(objectIn(arg)))),
    100,
  ),
  min: extremeOf(-1),
  min_by: extremeBy(-1),
  not_null: define(1, (args) => args.map(jsonIn).find((value) => value !== null) ?? null, 100),
  reverse: define(1, ([value]) => reverse(value)),
  sort: define(1, ([list]) => sorted(listIn(list), listIn(list))),
  sort_by: define(2, ([list, by]) => {
    const items = listIn(list);
    return sorted(items, items.map(referenceIn(by).evaluate));
  }),
  starts_with: define(2, ([text, start]) => textIn(text).startsWith(textIn(start))),
  sum: define(1, ([list]) => sum(listIn(list))),
  to_array: define(1, ([value]) => (Array.isArray(value) ? value : [jsonIn(value)])),
  to_number: define(1, ([value]) => toNumber(jsonIn(value))),
  to_string: define(1, ([value]) =>
    typeof value === 'string' ? value : JSON.stringify(jsonIn(value)),
  ),
  type: define(1, ([value]) => typeOf(jsonIn(value))),
  values: define(1, ([object]) => Object.values(objectIn(object))),
};
