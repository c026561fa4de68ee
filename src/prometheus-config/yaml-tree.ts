// YAML as a tree with places. Scalars stay text: what `on`, `1_000` or `~` means depends on the key
// that it stands at. Aliases and `<<` are resolved here.
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type YAMLMap,
} from 'yaml';
import { messageOf } from '#lib/errors.ts';
import type { Place, Problem } from './place.ts';

export interface YamlNull {
  readonly kind: 'null';
  readonly place: Place;
}
export interface YamlScalar {
  readonly kind: 'scalar';
  readonly text: string;
  /** Without quotes: `true` may be a truth value, `5` a number. */
  readonly isPlain: boolean;
  readonly place: Place;
}
export interface YamlList {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
  readonly place: Place;
}
export interface YamlEntry {
  readonly key: string;
  readonly keyPlace: Place;
  readonly value: YamlNode;
}
export interface YamlMap {
  readonly kind: 'map';
  readonly entries: readonly YamlEntry[];
  readonly place: Place;
}
export type YamlNode = YamlNull | YamlScalar | YamlList | YamlMap;

/** More values than this by aliases is an attack or a mistake: each level can multiply them. */
const ALIASED_MAX = 50_000;

/** Control characters other than tab, line feed and carriage return. */
const notYaml = /(?![\t\n\r\u0085])\p{Cc}/u;

/** The first document of the text; undefined and problems when it is no YAML. */
export function parseYaml(text: string, file: string, problems: Problem[]): YamlNode | undefined {
  const lines = new LineCounter();
  const options = { schema: 'failsafe', version: '1.1', lineCounter: lines } as const;
  const documents = parseAllDocuments(text, options);
  const document = documents[0] as Document<Node> | undefined;
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const report = (offset: number, message: string): void => {
    problems.push({ severity: 'error', place: placeAt(offset), path: '', message });
  };
  const control = text.search(notYaml);
  if (control >= 0) {
    report(control, 'a control character; YAML has none but tabs and line breaks');
    return undefined;
  }
  if (!document) return { kind: 'null', place: placeAt(0) };
  for (const { pos, message } of document.errors) report(pos[0], sentenceOf(message));
  if (document.errors.length > 0) return undefined;
  try {
    return new TreeBuilder(placeAt).node(document.contents, 0);
  } catch (error) {
    if (!(error instanceof YamlTreeError)) throw error;
    report(error.offset, messageOf(error));
    return undefined;
  }
}

/** Without the picture of the line that the package appends. */
const sentenceOf = (message: string): string =>
  (message.split('\n')[0] as string).replace(/ at line \d+, column \d+:?$/, '');

class YamlTreeError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

class TreeBuilder {
  readonly #placeAt: (offset: number) => Place;
  /** By name; a later one of the same name takes its place. */
  readonly #anchors = new Map<string, Node>();
  /** Aliases that are being resolved: one inside itself has no end. */
  readonly #open = new Set<Node>();
  #aliased = 0;

  constructor(placeAt: (offset: number) => Place) {
    this.#placeAt = placeAt;
  }

  node(node: Node | null | undefined, parentOffset: number): YamlNode {
    const offset = node?.range?.[0] ?? parentOffset;
    if (this.#open.size > 0 && ++this.#aliased > ALIASED_MAX) {
      throw new YamlTreeError(`aliases stand for more than ${ALIASED_MAX} values`, offset);
    }
    const place = this.#placeAt(offset);
    if (!node) return { kind: 'null', place };
    if (isAlias(node)) return this.#alias(node, offset);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.node(item as Node | null, offset));
      return { kind: 'list', items, place };
    }
    if (isMap(node)) return { kind: 'map', entries: this.#entries(node, offset), place };
    return isScalar(node) ? scalarOf(node, place) : { kind: 'null', place };
  }

  #alias(alias: Alias, offset: number): YamlNode {
    const target = this.#anchors.get(alias.source);
    if (!target) throw new YamlTreeError(`there is no anchor &${alias.source}`, offset);
    if (this.#open.has(target)) {
      throw new YamlTreeError(`anchor &${alias.source} contains itself`, offset);
    }
    this.#open.add(target);
    const node = this.node(target, offset);
    this.#open.delete(target);
    return node;
  }

  /** The own entries, and those merged by `<<` that are not among them. */
  #entries(map: YAMLMap, offset: number): YamlEntry[] {
    const own: YamlEntry[] = [];
    const merged: YamlEntry[] = [];
    for (const pair of map.items as Pair<Node, Node | null>[]) {
      const key = this.node(pair.key, offset);
      const keyOffset = pair.key?.range?.[0] ?? offset;
      const value = this.node(pair.value, keyOffset);
      if (key.kind === 'scalar' && key.text === '<<' && key.isPlain) {
        merged.push(...this.#mergeSources(value, keyOffset));
      } else if (key.kind === 'list' || key.kind === 'map') {
        throw new YamlTreeError('a key has to be a text', keyOffset);
      } else {
        own.push({ key: key.kind === 'null' ? '' : key.text, keyPlace: key.place, value });
      }
    }
    const known = new Set(own.map(({ key }) => key));
    for (const entry of merged) {
      if (known.has(entry.key)) continue;
      known.add(entry.key);
      own.push(entry);
    }
    return own;
  }

  #mergeSources(value: YamlNode, offset: number): YamlEntry[] {
    if (value.kind === 'map') return [...value.entries];
    if (value.kind === 'list') return value.items.flatMap((v) => this.#mergeSources(v, offset));
    throw new YamlTreeError('map merge requires a map or a list of maps', offset);
  }
}

function scalarOf(
  { value, type, tag }: { value: unknown; type?: string | null; tag?: string },
  place: Place,
): YamlNode {
  const text = value === null || value === undefined ? '' : String(value);
  const isPlain = (type ?? 'PLAIN') === 'PLAIN' && !tag?.endsWith(':str') && tag !== '!';
  if (isPlain && tag === undefined && /^(?:|~|null|Null|NULL)$/.test(text)) {
    return { kind: 'null', place };
  }
  if (tag?.endsWith(':binary')) return { kind: 'scalar', text: fromBase64(text), isPlain, place };
  return { kind: 'scalar', text, isPlain, place };
}

/** Bytes that are no UTF-8 become a text that is not well-formed, so that it is refused as such. */
function fromBase64(text: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64'));
  } catch {
    return '\ud800';
  }
}
