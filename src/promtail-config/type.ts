// What keys of a Promtail file may hold, beside what prometheus.yml knows.
import { RE2JS } from 're2js';
import { messageOf } from '#lib/errors.ts';
import { parseGoDuration as parseNanoseconds } from '#lib/go-time/duration.ts';
import type { NamedSources } from '#pipeline/log/stage-config.ts';
import { parseYamlFloat } from '#prometheus-config/quantity.ts';
import type { Cursor } from '#prometheus-config/reading.ts';
import { type Field, field } from '#prometheus-config/section.ts';
import { describe, list, readValue, type Type, text } from '#prometheus-config/type.ts';
import type { YamlNode, YamlScalar } from '#prometheus-config/yaml-tree.ts';
import { parseByteSize, parseGoDuration } from './quantity.ts';

/** A type that is only read, never shown again. */
export const readOnly = <T>(zero: T, read: (node: YamlNode, at: Cursor) => T): Type<T> => ({
  zero,
  read,
  show: (value) => value,
});

/** Undefined when nothing is said. */
export const optionalText: Type<string | undefined> = readOnly<string | undefined>(
  undefined,
  (node, at) => text.read(node, at) || undefined,
);

function converted<T>(
  zero: T,
  expected: string,
  convert: (text: string) => T | undefined,
): Type<T> {
  return readOnly(zero, (node, at) => {
    const value = node.kind === 'scalar' ? convert(node.text) : undefined;
    if (value !== undefined) return value;
    at.error(node.place, `${describe(node)} is not ${expected}`);
    return zero;
  });
}

/** Milliseconds. */
export const goDuration: Type<number> = converted(
  0,
  'a duration, like 15s, 1h30m or 1.5s',
  parseGoDuration,
);

/** The same in Go's own units only. */
export const optionalGoDuration: Type<number | undefined> = converted<number | undefined>(
  undefined,
  'a duration of Go, like 15s or 1h30m',
  (text) => {
    const nano = parseNanoseconds(text);
    return nano === undefined ? undefined : nano / 1e6;
  },
);

export const byteSize: Type<number> = converted(0, 'a size, like 256KB or 1MiB', parseByteSize);

export const number: Type<number> = converted(0, 'a number', parseYamlFloat);

/** `name:` alone is taken from the name itself. */
export const namedSources: Type<NamedSources> = readOnly<NamedSources>([], (node, at) => {
  if (node.kind !== 'map') {
    at.error(node.place, `${describe(node)} is not a map; write it as name: source`);
    return [];
  }
  return node.entries.map(({ key, value }) => [key, readValue(text, value, at.key(key))] as const);
});

/** The name of a value; undefined when nothing is said, and never empty. */
export const sourceName: Type<string | undefined> = readOnly<string | undefined>(
  undefined,
  (node, at) => {
    const name = optionalText.read(node, at);
    if (name === undefined && node.kind === 'scalar') at.error(node.place, 'source is empty');
    return name;
  },
);

/** A single text stands for a list of one. */
export const textOrList: Type<readonly string[]> = readOnly<readonly string[]>([], (node, at) =>
  node.kind === 'scalar' ? [readWord(node, at)] : list(text).read(node, at),
);

function readWord(node: YamlScalar, at: Cursor): string {
  if (node.isPlain && parseYamlFloat(node.text) !== undefined) {
    at.error(node.place, `${describe(node)} is a number, not text or a list of texts`);
  }
  return text.read(node, at);
}

/** An RE2 expression as text. */
export const expression: Type<string> = readOnly('', (node, at) => {
  const value = text.read(node, at);
  try {
    RE2JS.compile(value);
  } catch (error) {
    at.error(node.place, `not an RE2 expression: ${messageOf(error)}`);
  }
  return value;
});
export const optionalExpression: Type<string | undefined> = readOnly<string | undefined>(
  undefined,
  (node, at) => expression.read(node, at) || undefined,
);

/** One of some words in any case. */
export const anyCase = <W extends string>(words: readonly W[], fallback: W): Type<W> =>
  readOnly<W>(fallback, (node, at) => {
    const word = text.read(node, at).toLowerCase();
    const known = words.find((one) => one === word);
    if (known === undefined) {
      at.error(node.place, `${describe(node)} is not one of ${words.join(', ')}`);
    }
    return known ?? fallback;
  });

/** A key without which the map says nothing. */
export const needed = <T>(key: string, type: Type<T>): Field<T> => {
  const plain = field(key, type);
  return {
    ...plain,
    read: (written, at) => {
      const value = written.entries.get(key)?.value;
      const isEmpty =
        !value || value.kind === 'null' || (value.kind === 'scalar' && value.text === '');
      if (isEmpty) at.error(value?.place ?? written.place, `${key} is missing`);
      return plain.read(written, at);
    },
  };
};

/** 0 is what is meant when nothing is said. */
export const orDefault = (type: Type<number>, fallback: number): Type<number> =>
  readOnly(fallback, (node, at) => type.read(node, at) || fallback);

/** A key that is known and changes nothing here: its name. */
export const passedOver = (keys: readonly string[]): Field<undefined> => ({
  keys,
  fallback: undefined,
  read: () => undefined,
  show: () => [],
});
