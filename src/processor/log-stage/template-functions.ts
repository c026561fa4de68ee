// The functions that templates of stages have beside Go's and LogQL's: Promtail's own, and those of sprig
// that make sense on a line. https://grafana.com/docs/loki/latest/send-data/promtail/stages/template/
// https://masterminds.github.io/sprig/
import { createHash } from 'node:crypto';
import { RE2JS } from 're2js';
import { sprint } from '#lib/gotemplate/format-value.ts';
import {
  type GoFunction,
  GoList,
  GoMap,
  type GoValue,
  goFunction,
  isTrue,
} from '#lib/gotemplate/value.ts';
import { Lru } from '#lib/lru.ts';

/** Anything as text, as sprig's strval. */
const textOf = (value: GoValue): string => (value === undefined ? '' : sprint([value]));

const onText = (change: (text: string) => GoValue): GoFunction =>
  goFunction(['string'], ([text]) => change(text as string));

const onTwo = (change: (first: string, second: string) => GoValue): GoFunction =>
  goFunction(['string', 'string'], ([first, second]) => change(first as string, second as string));

const onAny = (change: (value: GoValue) => GoValue): GoFunction =>
  goFunction(['any'], ([value]) => change(value));

const hashOf = (algorithm: 'sha256' | 'sha3-256'): GoFunction =>
  onTwo((salt, input) =>
    createHash(algorithm)
      .update(salt + input)
      .digest('hex'),
  );

const sumOf = (algorithm: 'sha1' | 'sha256' | 'sha512'): GoFunction =>
  onText((text) => createHash(algorithm).update(text).digest('hex'));

/** Expressions of templates may come from the line: only so many stay compiled. */
const patterns = new Lru<string, RE2JS>(100);

function patternOf(expression: string): RE2JS {
  const known = patterns.get(expression);
  if (known) return known;
  const compiled = RE2JS.compile(expression);
  patterns.set(expression, compiled);
  return compiled;
}

function find(expression: string, text: string): string {
  const matcher = patternOf(expression).matcher(text);
  return matcher.find() ? (matcher.group(0) ?? '') : '';
}

function itemsOf(value: GoValue): readonly GoValue[] {
  if (value instanceof GoList) return value.items;
  throw new Error('a list is needed');
}

/** Words of a name in any spelling: `fooBar`, `foo-bar`, `Foo Bar`. */
const wordsOf = (text: string): string[] =>
  text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[\s_-]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

const toInt = (text: string): bigint => (/^[+-]?\d+$/.test(text) ? BigInt(text) : 0n);

const strings: Readonly<Record<string, GoFunction>> = {
  nospace: onText((text) => text.replace(/\s/g, '')),
  snakecase: onText((text) => wordsOf(text).join('_')),
  kebabcase: onText((text) => wordsOf(text).join('-')),
  camelcase: onText((text) => wordsOf(text).map(capital).join('')),
  quote: goFunction([], (args) => args.map((arg) => JSON.stringify(textOf(arg))).join(' '), 'any'),
  squote: goFunction([], (args) => args.map((arg) => `'${textOf(arg)}'`).join(' '), 'any'),
  cat: goFunction([], (args) => args.map(textOf).join(' '), 'any'),
  toString: onAny(textOf),
  atoi: onText(toInt),
  regexMatch: onTwo((expression, text) => patternOf(expression).test(text)),
  regexFind: onTwo(find),
  sha1sum: sumOf('sha1'),
  sha256sum: sumOf('sha256'),
  sha512sum: sumOf('sha512'),
};

const choices: Readonly<Record<string, GoFunction>> = {
  empty: onAny((value) => !isTrue(value)),
  coalesce: goFunction([], (args) => args.find(isTrue), 'any'),
  ternary: goFunction(['any', 'any', 'bool'], ([yes, no, test]) => (test === true ? yes : no)),
};

const lists: Readonly<Record<string, GoFunction>> = {
  list: goFunction([], (args) => new GoList(args), 'any'),
  splitList: onTwo((separator, text) => new GoList(text.split(separator), '[]string')),
  join: goFunction(['string', 'any'], ([separator, list]) =>
    list instanceof GoList ? list.items.map(textOf).join(separator as string) : textOf(list),
  ),
  first: onAny((list) => itemsOf(list)[0]),
  last: onAny((list) => itemsOf(list).at(-1)),
  has: goFunction(['any', 'any'], ([wanted, list]) => itemsOf(list).includes(wanted)),
  hasKey: goFunction(['any', 'string'], ([map, key]) => {
    if (map instanceof GoMap) return map.entries.has(key as string);
    throw new Error('a map is needed');
  }),
};

export const stageFunctions: Readonly<Record<string, GoFunction>> = {
  Hash: hashOf('sha3-256'),
  Sha2Hash: hashOf('sha256'),
  ...strings,
  ...choices,
  ...lists,
};
