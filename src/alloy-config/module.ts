// The blocks of a file, of a folder or of a `declare`: read in the order of what they need, with the
// exports of each known to those behind it.

import { nearestWord } from '#prometheus-config/nearest-word.ts';
import type { Place } from '#prometheus-config/place.ts';
import type { ReadingOptions } from '#prometheus-config/reading.ts';
import type { Block, Body } from './ast.ts';
import { AlloyCursor, readBlock, tryEvaluate } from './block-map.ts';
import { components } from './component/index.ts';
import { type ConfigBlockInput, configBlocks } from './config-blocks.ts';
import { type Declaration, instantiate } from './declare.ts';
import type { Scope } from './evaluate.ts';
import { runForeach } from './foreach.ts';
import { foreignOf } from './foreign-components.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { readImport } from './import.ts';
import { inOrder, longestKnown, pathsIn } from './references.ts';
import { standardLibrary } from './stdlib/index.ts';
import { unknown, type Value } from './value.ts';

export interface ModuleShared {
  readonly reading: ReadingOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => string | undefined;
  /** Files of a folder, undefined when it is none. */
  readonly listFolder: (path: string) => readonly string[] | undefined;
}

export interface ModuleSettings {
  readonly shared: ModuleShared;
  readonly graph: GraphBuilder;
  /** Before the ids of components: `self_collect.default/`; '' at the top. */
  readonly prefix: string;
  readonly kind: 'root' | 'declare' | 'template' | 'import';
  /** What can be declared from outside: of the modules around it. */
  readonly outer: ReadonlyMap<string, Declaration>;
  /** Names that stand for values: of `foreach`, `argument`, `module_path`. */
  readonly locals: ReadonlyMap<string, Value>;
  /** A `template` sees the components around it. */
  readonly around: Scope | undefined;
  /** Declarations that are being made use of, to find those that use themselves. */
  readonly open: readonly Declaration[];
}

interface Node {
  readonly id: string;
  readonly block: Block;
}

export class AlloyModule implements Scope {
  readonly settings: ModuleSettings;
  /** By name: `a` of `declare "a"`, `ns.a` of an import. */
  readonly declarations: Map<string, Declaration>;
  /** Namespaces of modules that could not be had: what they declare is not missed. */
  readonly lost = new Set<string>();
  readonly #nodes = new Map<string, Node>();
  readonly #values = new Map<string, Value>();
  readonly exports = new Map<string, Value>();
  readonly used = new Set<string>();

  constructor(settings: ModuleSettings) {
    this.settings = settings;
    this.declarations = new Map(settings.outer);
  }

  /** A module within this one, or beside it. */
  child(settings: ModuleSettings): AlloyModule {
    return new AlloyModule(settings);
  }

  get env() {
    return this.settings.shared.env;
  }

  cursor(path: string): AlloyCursor {
    return new AlloyCursor(this.settings.shared.reading, path);
  }

  resolve(path: readonly string[]): { value: Value; length: number } | undefined {
    const [first] = path as [string];
    const local = this.settings.locals.get(first);
    if (local !== undefined) return { value: local, length: 1 };
    const node = longestKnown(path, (id) => this.#nodes.has(id));
    if (node) {
      const value = this.#values.get(node.id) ?? unknown(node.id, true);
      return { value, length: node.length };
    }
    const around = this.settings.around?.resolve(path);
    if (around) return around;
    const standard = standardLibrary.get(first);
    return standard === undefined ? undefined : { value: standard, length: 1 };
  }

  /** Reads all blocks; what is wrong is reported. */
  run(body: Body): void {
    for (const statement of body) this.#register(statement);
    const needs = (id: string): string[] => {
      const { block } = this.#nodes.get(id) as Node;
      const named = pathsIn(block.body).flatMap((path) => {
        const known = longestKnown(path, (one) => this.#nodes.has(one));
        return known ? [known.id] : [];
      });
      for (const one of named) if (one !== id) this.used.add(one);
      const imported = [...this.#nodes.keys()].find(
        (one) => one.startsWith('import.') && block.name.startsWith(`${one.split('.').at(-1)}.`),
      );
      return imported === undefined ? named : [...named, imported];
    };
    const order = inOrder([...this.#nodes.keys()], needs, (circle) => {
      const node = this.#nodes.get(circle[0] as string) as Node;
      this.cursor(node.id).error(node.block.place, `cycle: ${circle.join(', ')}`);
    });
    for (const id of order) this.#read(this.#nodes.get(id) as Node);
    this.#checkUnused();
  }

  #register(statement: Body[number]): void {
    const { name, place } = statement;
    const at = this.cursor('');
    if (statement.kind === 'attribute') {
      at.error(place, `unrecognized attribute name "${name}"; attributes stand in blocks`);
      return;
    }
    const { label } = statement;
    const id = label === '' ? name : `${name}.${label}`;
    const before = this.#nodes.get(id)?.block ?? this.#declaredHere(name, label);
    if (before) {
      const { file, line, column } = before.place;
      at.error(place, `block ${id} already declared at ${file}:${line}:${column}`);
      return;
    }
    if (name !== 'declare') {
      this.#nodes.set(id, { id, block: statement });
      return;
    }
    if (label === '') at.error(place, 'declare needs a label');
    const modulePath = this.settings.locals.get('module_path') ?? '';
    const outer = this.declarations;
    const declaration = { name: label, block: statement, outer, modulePath, isUsed: false };
    this.declarations.set(label, declaration);
  }

  #declaredHere(name: string, label: string): Block | undefined {
    if (name !== 'declare') return undefined;
    const known = this.declarations.get(label);
    return known === this.settings.outer.get(label) ? undefined : known?.block;
  }

  #read(node: Node): void {
    const { id } = node;
    const at = this.cursor(`${this.settings.prefix}${id}`);
    const value = this.#valueOf(node, at);
    if (value !== undefined) this.#values.set(id, value);
  }

  #valueOf({ id, block }: Node, at: AlloyCursor): Value | undefined {
    const { name, label, place } = block;
    const own = configBlocks[name];
    if (own) {
      const input: ConfigBlockInput = { block, at, module: this };
      return own(input);
    }
    if (name.startsWith('import.')) {
      readImport(block, at, this);
      return new Map();
    }
    if (name === 'foreach') {
      runForeach(block, at, this);
      return new Map();
    }
    const declaration = this.declarations.get(name);
    if (declaration) {
      if (label === '') at.error(place, `component "${name}" must have a label`);
      return instantiate(declaration, block, at, this);
    }
    return this.#component(id, block, at);
  }

  #component(id: string, block: Block, at: AlloyCursor): Value | undefined {
    const { name, label, place } = block;
    const component = components[name];
    const foreign = foreignOf(name);
    if ((component || foreign) && label === '') {
      at.error(place, `component "${name}" must have a label`);
    }
    if (component) {
      const { shared, graph, prefix } = this.settings;
      const read = readBlock(block, component.spec, this, at);
      const { readFile } = shared;
      const full = `${prefix}${id}`;
      const exports = component.run({
        ...read,
        id: full,
        block,
        place,
        at,
        scope: this,
        graph,
        readFile,
      });
      return new Map(Object.entries(exports));
    }
    this.evaluateAll(block.body, at);
    if (foreign) {
      if (foreign.isError) at.error(place, `${name} is not run here: ${foreign.why}`);
      else at.warn(place, `${name} is not run here: ${foreign.why}`);
      return unknown(`${name}.${label}`);
    }
    if (!this.lost.has(name.split('.')[0] as string)) this.#reportUnknown(name, place);
    return unknown(`${name}.${label}`);
  }

  #reportUnknown(name: string, place: Place): void {
    const all = [...Object.keys(components), ...this.declarations.keys()];
    const nearest = nearestWord(name, all);
    const remedy = nearest === undefined ? '' : `; did you mean ${nearest}?`;
    const message = `cannot find the definition of component name "${name}"${remedy}`;
    this.cursor('').error(place, message);
  }

  /** Of blocks that are not run: what they name has to be there all the same. */
  evaluateAll(body: Body, at: AlloyCursor): void {
    for (const statement of body) {
      if (statement.kind === 'block') this.evaluateAll(statement.body, at.key(statement.name));
      else tryEvaluate(statement.value, this, at.key(statement.name));
    }
  }

  #checkUnused(): void {
    for (const { id, block } of this.#nodes.values()) {
      const takesLines = /^loki\.(?:process|relabel|write)$/.test(block.name);
      if (!takesLines || this.used.has(id)) continue;
      this.cursor(`${this.settings.prefix}${id}`).warn(
        block.place,
        'no component sends lines here',
      );
    }
    for (const declaration of this.declarations.values()) {
      const isOwn = this.settings.outer.get(declaration.name) !== declaration;
      if (isOwn && !declaration.isUsed) instantiate(declaration, undefined, this.cursor(''), this);
    }
  }
}
