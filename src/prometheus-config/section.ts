// A map with known keys, read into an object and shown again in the order of its fields.
import type { Place } from './place.ts';
import type { Cursor } from './reading.ts';
import { describe, readValue, type Type } from './type.ts';
import type { YamlEntry, YamlMap } from './yaml-tree.ts';

/** The keys of one map in a file. */
export interface Written {
  readonly place: Place;
  readonly entries: ReadonlyMap<string, YamlEntry>;
}

/** Of the value of a key, or of the whole map. */
export const placeOf = (written: Written, key: string): Place =>
  written.entries.get(key)?.value.place ?? written.place;

/** One property of the object: from one key, or from several. */
export interface Field<T> {
  readonly keys: readonly string[];
  /** What it is when the whole map is not written. */
  readonly fallback: T;
  read(written: Written, at: Cursor): T;
  show(value: T): readonly (readonly [key: string, shown: unknown])[];
}

export type Fields<T> = { readonly [K in keyof T]-?: Field<T[K]> };

export interface FieldOptions<T> {
  /** What it is when its key is not written; `key:` with nothing behind it is the type's zero. */
  readonly fallback?: T;
  readonly isAlwaysShown?: boolean;
}

export function field<T>(key: string, type: Type<T>, options: FieldOptions<T> = {}): Field<T> {
  const fallback = 'fallback' in options ? (options.fallback as T) : type.zero;
  return {
    keys: [key],
    fallback,
    read: (written, at) => {
      const entry = written.entries.get(key);
      return entry ? readValue(type, entry.value, at.key(key)) : fallback;
    },
    show: (value) => [[key, type.show(value) ?? (options.isAlwaysShown ? value : undefined)]],
  };
}

/** The keys of another section, standing in this one. */
export function inline<T>(section: Section<T>): Field<T> {
  return {
    keys: section.keys,
    fallback: section.fallback,
    read: (written, at) => section.readWritten(written, at),
    show: (value) => Object.entries(section.show(value) ?? {}),
  };
}

/** Where the map stands. */
export const placeField: Field<Place> = {
  keys: [],
  fallback: { file: '', line: 1, column: 1 },
  read: ({ place }) => place,
  show: () => [],
};

/** The map as written: for checks that come later. */
export const writtenField: Field<Written> = {
  keys: [],
  fallback: { place: placeField.fallback, entries: new Map() },
  read: (written) => written,
  show: () => [],
};

export interface Section<T> extends Type<T> {
  readonly keys: readonly string[];
  /** With nothing written. */
  readonly fallback: T;
  readWritten(written: Written, at: Cursor): T;
  show(value: T): Record<string, unknown> | undefined;
}

export interface SectionOptions<T> {
  /** Looks at the whole; reports, and may give another value. */
  readonly check?: (value: T, written: Written, at: Cursor) => T | undefined;
  /** Keys that are taken without a word, of older or newer versions. */
  readonly ignored?: Readonly<Record<string, string>>;
}

export function section<T extends object>(
  fields: Fields<T>,
  { check, ignored = {} }: SectionOptions<T> = {},
): Section<T> {
  const all = Object.entries(fields) as [keyof T, Field<T[keyof T]>][];
  const known = all.flatMap(([, { keys }]) => keys);
  const fallback = Object.fromEntries(all.map(([name, f]) => [name, f.fallback])) as T;
  const readWritten = (written: Written, at: Cursor): T => {
    const value = Object.fromEntries(all.map(([name, f]) => [name, f.read(written, at)])) as T;
    return check?.(value, written, at) ?? value;
  };
  return {
    keys: known,
    zero: fallback,
    fallback,
    readWritten,
    read: (node, at) => {
      if (node.kind !== 'map') {
        at.error(node.place, `${describe(node)} is not a map of keys`);
        return fallback;
      }
      reportUnknown(node, at, known, ignored);
      return readWritten(writtenOf(node), at);
    },
    show: (value) => {
      const shown: Record<string, unknown> = {};
      for (const [name, f] of all) {
        for (const [key, one] of f.show(value[name])) if (one !== undefined) shown[key] = one;
      }
      return Object.keys(shown).length > 0 ? shown : undefined;
    },
  };
}

export const writtenOf = (node: YamlMap): Written => ({
  place: node.place,
  entries: new Map(node.entries.map((entry) => [entry.key, entry])),
});

function reportUnknown(
  node: YamlMap,
  at: Cursor,
  known: readonly string[],
  ignored: Readonly<Record<string, string>>,
): void {
  for (const { key, keyPlace } of node.entries) {
    const why = ignored[key];
    if (why !== undefined) at.key(key).warn(keyPlace, why);
    else if (!known.includes(key)) at.unknownKey(key, keyPlace, known);
  }
}

/** A section that may be missing: `key:` alone is missing too. */
export const optional = <T>(type: Section<T>): Type<T | undefined> => ({
  zero: undefined,
  read: (node, at) => type.read(node, at),
  show: (value) => (value === undefined ? undefined : (type.show(value) ?? {})),
});
