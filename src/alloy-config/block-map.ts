// A block as the map of keys that the sections of prometheus-config and promtail-config read: attributes
// are evaluated, blocks within it become maps or lists of maps.

import { nearestWord } from '#prometheus-config/nearest-word.ts';
import type { Place } from '#prometheus-config/place.ts';
import { Cursor } from '#prometheus-config/reading.ts';
import type { YamlEntry, YamlMap, YamlNode } from '#prometheus-config/yaml-tree.ts';
import type { Attribute, Block, Body, Expression } from './ast.ts';
import { evaluate, type Scope } from './evaluate.ts';
import { EvaluationError, isArray, isCapsule, isObject, typeOf, type Value } from './value.ts';

/** Which blocks a block may hold, and what becomes of its keys. */
export interface BlockSpec {
  readonly blocks?: Readonly<Record<string, BlockSpec>>;
  /** May stand there several times. */
  readonly isList?: boolean;
  readonly isRequired?: boolean;
  /** Somebody else looks into it. */
  readonly isOpaque?: boolean;
  /** Whatever stands there is taken: it is not looked at here. */
  readonly takesAnything?: boolean;
  /** By which name the section knows it; by default the same. */
  readonly key?: string;
  readonly renames?: Readonly<Record<string, string>>;
  /** Attributes that are not read as data: components, targets, rules. */
  readonly values?: readonly string[];
  /** What only Alloy knows is taken for empty: nothing here is used. */
  readonly isLoose?: boolean;
  /** Looks at the entries before the section does. */
  readonly adapt?: (entries: readonly YamlEntry[]) => readonly YamlEntry[];
}

export interface PlacedValue {
  readonly value: Value;
  readonly place: Place;
}

export interface ReadBlock {
  readonly map: YamlMap;
  readonly values: ReadonlyMap<string, PlacedValue>;
}

/** Speaks of attributes where YAML has keys. */
export class AlloyCursor extends Cursor {
  override key(name: string): AlloyCursor {
    return new AlloyCursor(this.options, super.key(name).path);
  }

  override item(index: number): AlloyCursor {
    return new AlloyCursor(this.options, super.item(index).path);
  }

  override unknownKey(name: string, place: Place, known: readonly string[]): void {
    const nearest = nearestWord(name, known);
    const remedy = nearest === undefined ? '' : `; did you mean ${nearest}?`;
    this.error(place, `unrecognized attribute name "${name}"${remedy}`);
  }
}

export function readBlock(
  { body, place }: Pick<Block, 'body' | 'place'>,
  spec: BlockSpec,
  scope: Scope,
  at: Cursor,
): ReadBlock {
  const values = new Map<string, PlacedValue>();
  const entries: YamlEntry[] = [];
  const lists = new Map<string, YamlNode[]>();
  for (const statement of onlyOnce(body, spec, at)) {
    const { name } = statement;
    if (statement.kind === 'attribute') {
      const value = tryEvaluate(statement.value, scope, at.key(name));
      if (value === undefined) continue;
      if (spec.values?.includes(name)) {
        values.set(name, { value, place: statement.value.place });
        continue;
      }
      const node = nodeOf(value, statement.value, at.key(name), spec.isLoose === true);
      entries.push({ key: spec.renames?.[name] ?? name, keyPlace: statement.place, value: node });
      continue;
    }
    const inner = innerOf(spec, name);
    if (!inner) continue;
    const map = inner.isOpaque
      ? ({ kind: 'map', entries: [], place: statement.place } as const)
      : readBlock(statement, inner, scope, at.key(name)).map;
    const key = inner.key ?? name;
    const list = lists.get(key);
    if (list) {
      list.push(map);
      continue;
    }
    if (inner.isList) lists.set(key, [map]);
    const value: YamlNode = inner.isList
      ? { kind: 'list', items: lists.get(key) as YamlNode[], place: statement.place }
      : map;
    entries.push({ key, keyPlace: statement.place, value });
  }
  const adapted = spec.adapt ? spec.adapt(entries) : entries;
  return { map: { kind: 'map', entries: adapted, place }, values };
}

function innerOf(spec: BlockSpec, name: string): BlockSpec | undefined {
  const inner = spec.blocks?.[name];
  if (spec.takesAnything) return { ...spec, ...inner, isList: true };
  return inner && { isLoose: spec.isLoose === true, ...inner };
}

/** What may stand there, each attribute and each single block once; reports the rest. */
function onlyOnce(body: Body, spec: BlockSpec, at: Cursor): Body {
  const seen = new Set<string>();
  for (const [name, { isRequired }] of Object.entries(spec.blocks ?? {})) {
    if (!isRequired || body.some((one) => one.kind === 'block' && one.name === name)) continue;
    const place = body[0]?.place;
    if (place) at.error(place, `missing required block "${name}"`);
  }
  return body.filter((statement) => {
    const { kind, name, place } = statement;
    const inner = innerOf(spec, name);
    const mistake = mistakeOf(statement, inner, seen);
    if (mistake === undefined) seen.add(`${kind} ${name}`);
    else at.error(place, mistake);
    return mistake === undefined;
  });
}

function mistakeOf(
  { kind, name }: Attribute | Block,
  inner: BlockSpec | undefined,
  seen: ReadonlySet<string>,
): string | undefined {
  if (kind === 'block' && !inner) return `unrecognized block name "${name}"`;
  if (kind === 'attribute' && inner && !inner.takesAnything)
    return `"${name}" must be a block, but is used as an attribute`;
  if (!seen.has(`${kind} ${name}`) || inner?.isList) return undefined;
  return `${kind} "${name}" may only be provided once`;
}

/** Undefined and a problem when it has no value. */
export function tryEvaluate(expression: Expression, scope: Scope, at: Cursor): Value | undefined {
  try {
    return evaluate(expression, scope);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    at.error(error.place ?? expression.place, error.message);
    return undefined;
  }
}

const looksLikeNumber = /^-?(?:0x[\da-f]+|\d+(?:\.\d*)?(?:e[-+]?\d+)?)$/i;

/** A value as YAML. A text that is a number may be taken for one, as Alloy does. */
export function nodeOf(value: Value, written: Expression, at: Cursor, isLoose = false): YamlNode {
  const { place } = written;
  if (value === null) return { kind: 'null', place };
  if (isArray(value)) {
    const items = value.map((item, i) => {
      const part = written.kind === 'array' ? written.items[i] : undefined;
      return nodeOf(item, part ?? written, at.item(i), isLoose);
    });
    return { kind: 'list', items, place };
  }
  if (isObject(value)) {
    const fields = written.kind === 'object' ? written.fields : [];
    const entries = [...value].map(([key, item]) => {
      const field = fields.find(({ name }) => name === key);
      const node = nodeOf(item, field?.value ?? written, at.key(key), isLoose);
      return { key, keyPlace: field?.place ?? place, value: node };
    });
    return { kind: 'map', entries, place };
  }
  if (isCapsule(value)) {
    if (isLoose) return { kind: 'scalar', text: '(unknown)', isPlain: false, place };
    if (value.kind !== 'unknown') at.error(place, `expected data, got ${typeOf(value)}`);
    else if (!value.isSilent) at.error(place, `${value.of} is known only to Alloy while it runs`);
    // Something is said, so that nobody misses it.
    return { kind: 'scalar', text: '0', isPlain: true, place };
  }
  const isPlain = typeof value !== 'string' || looksLikeNumber.test(value);
  return { kind: 'scalar', text: String(value), isPlain, place };
}
