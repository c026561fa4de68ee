// What a key may hold: how it is read from YAML, what `null` makes of it, and how it is shown again.
import {
  formatPrometheusDuration,
  formatPrometheusSize,
  parsePrometheusDuration,
  parsePrometheusSize,
  parseYamlFlag,
  parseYamlFloat,
  parseYamlInteger,
} from './quantity.ts';
import type { Cursor } from './reading.ts';
import type { YamlNode, YamlScalar } from './yaml-tree.ts';

export interface Type<T> {
  /** What `key:` without a value gives, and what is not shown. */
  readonly zero: T;
  /** `node` is not null. Reports what is wrong and gives `zero` then. */
  read(node: YamlNode, at: Cursor): T;
  /** As it is written in YAML again; undefined: left out. */
  show(value: T): unknown;
}

/** A value or null. */
export const readValue = <T>(type: Type<T>, node: YamlNode, at: Cursor): T =>
  node.kind === 'null' ? type.zero : type.read(node, at);

export const SECRET = '<secret>';

/** A type of single values; `convert` gives undefined for what is none. */
function scalar<T>(settings: {
  zero: T;
  expected: string;
  convert: (node: YamlScalar, at: Cursor) => T | undefined;
  show?: (value: T) => unknown;
}): Type<T> {
  const { zero, expected, convert, show } = settings;
  return {
    zero,
    read: (node, at) => {
      const value = node.kind === 'scalar' ? convert(node, at) : undefined;
      if (value !== undefined) return value;
      at.error(node.place, `${describe(node)} is not ${expected}`);
      return zero;
    },
    show: show ?? ((value) => (value === zero ? undefined : value)),
  };
}

export function describe(node: YamlNode): string {
  if (node.kind === 'scalar') return JSON.stringify(node.text);
  return node.kind === 'map' ? 'a map' : node.kind === 'list' ? 'a list' : 'nothing';
}

export const text: Type<string> = scalar({
  zero: '',
  expected: 'text',
  convert: (node) => node.text,
});

export const secret: Type<string> = {
  ...text,
  show: (value) => (value === '' ? undefined : SECRET),
};

/** A file name, joined to the folder of the file. */
export const path: Type<string> = {
  ...text,
  read: (node, at) => at.resolve(text.read(node, at)),
};

export const flag: Type<boolean> = scalar({
  zero: false,
  expected: 'true or false',
  convert: (node) => (node.isPlain ? parseYamlFlag(node.text) : undefined),
});

/** Not said: somebody else's value counts. */
export const inheritedFlag: Type<boolean | undefined> = {
  zero: undefined,
  read: flag.read,
  show: (value) => value,
};

const wholeNumber = (node: YamlScalar): number | undefined => {
  if (!node.isPlain) return undefined;
  const value = parseYamlInteger(node.text) ?? parseYamlFloat(node.text);
  return value !== undefined && Number.isInteger(Number(value)) ? Number(value) : undefined;
};

export const integer: Type<number> = scalar({
  zero: 0,
  expected: 'a whole number',
  convert: wholeNumber,
});

export const unsigned: Type<number> = scalar({
  zero: 0,
  expected: 'a whole number of 0 or more',
  convert: (node) => {
    const value = wholeNumber(node);
    return value !== undefined && value >= 0 ? value : undefined;
  },
});

export const bigUnsigned: Type<bigint> = scalar({
  zero: 0n,
  expected: 'a whole number of 0 or more',
  convert: (node) => {
    const value = node.isPlain ? parseYamlInteger(node.text) : undefined;
    return value !== undefined && value >= 0n ? value : undefined;
  },
});

export const float: Type<number> = scalar({
  zero: 0,
  expected: 'a number',
  convert: (node) => (node.isPlain ? parseYamlFloat(node.text) : undefined),
});

export const duration: Type<number> = scalar({
  zero: 0,
  expected: 'a duration, like 15s, 1h30m or 7d (y, w, d, h, m, s, ms in this order)',
  convert: (node) => parsePrometheusDuration(node.text),
  show: (value) => (value === 0 ? undefined : formatPrometheusDuration(value)),
});

export const size: Type<number> = scalar({
  zero: 0,
  expected: 'a size, like 10MB or 512KiB',
  convert: (node) => parsePrometheusSize(node.text),
  show: (value) => (value === 0 ? undefined : formatPrometheusSize(value)),
});

/** One of some words; '' when nothing is said. */
export const oneOf = <W extends string>(words: readonly W[]): Type<W | ''> =>
  scalar<W | ''>({
    zero: '',
    expected: `one of ${words.join(', ')}`,
    convert: ({ text: written }) => words.find((word) => word === written),
  });

/** A URL with a scheme and a host, as text. */
export function url(schemes?: readonly string[]): Type<string> {
  return {
    ...text,
    read: (node, at) => {
      const value = text.read(node, at);
      const mistake = value === '' ? undefined : urlMistake(value, schemes);
      if (mistake) at.error(node.place, `${JSON.stringify(value)} ${mistake}`);
      return value;
    },
    show: (value) => (value === '' ? undefined : hidePassword(value)),
  };
}

/** `schemes` undefined: anything that parses. */
export function urlMistake(value: string, schemes?: readonly string[]): string | undefined {
  if (/^:|[\s\p{Cc}]|%(?![\da-f]{2})/iu.test(value)) return 'is not a URL';
  if (!schemes) return undefined;
  const match = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#]*))?/i.exec(value);
  if (!match) return `has no scheme; write ${schemes[0]}://…`;
  if (!schemes.includes((match[1] as string).toLowerCase())) {
    return `has the scheme ${match[1]}; it has to be ${schemes.join(' or ')}`;
  }
  return match[2] ? undefined : 'has no host';
}

const hidePassword = (value: string): string =>
  value.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#:@]*):[^/?#@]*@/i, '$1:xxxxx@');

export function list<T>(type: Type<T>): Type<readonly T[]> {
  return {
    zero: [],
    read: (node, at) => {
      if (node.kind === 'list') {
        return node.items.map((item, i) => readValue(type, item, at.item(i)));
      }
      at.error(node.place, `${describe(node)} is not a list; write it as [a, b] or with dashes`);
      return [];
    },
    show: (value) =>
      value.length === 0 ? undefined : value.map((item) => type.show(item) ?? type.zero),
  };
}

/** A list in which an empty item is a mistake. */
export function listOf<T>(type: Type<T>, what: string): Type<readonly T[]> {
  const plain = list(type);
  return {
    ...plain,
    read: (node, at) => {
      if (node.kind !== 'list') return plain.read(node, at);
      const full = node.items.filter((item, i) => {
        if (item.kind !== 'null') return true;
        at.item(i).error(item.place, `empty or null ${what}`);
        return false;
      });
      return full.map((item, i) => type.read(item, at.item(i)));
    },
    show: (value) => (value.length === 0 ? undefined : value.map((item) => type.show(item) ?? {})),
  };
}

export function mapOf<T>(type: Type<T>): Type<ReadonlyMap<string, T>> {
  return {
    zero: new Map(),
    read: (node, at) => {
      if (node.kind !== 'map') {
        at.error(node.place, `${describe(node)} is not a map; write it as name: value`);
        return new Map();
      }
      return new Map(
        node.entries.map(({ key, value }) => [key, readValue(type, value, at.key(key))]),
      );
    },
    show: (value) =>
      value.size === 0
        ? undefined
        : Object.fromEntries(
            [...value]
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([key, item]) => [key, type.show(item) ?? type.zero]),
          ),
  };
}
