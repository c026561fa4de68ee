// `declare`: components made of components. Each use runs the body again, with its own arguments.
import type { Block } from './ast.ts';
import { type AlloyCursor, tryEvaluate } from './block-map.ts';
import { GraphBuilder } from './graph-builder.ts';
import type { AlloyModule } from './module.ts';
import { unknown, type Value } from './value.ts';

export interface Declaration {
  readonly name: string;
  readonly block: Block;
  /** What its body can use. */
  readonly outer: ReadonlyMap<string, Declaration>;
  /** The folder of its file. */
  readonly modulePath: Value;
  isUsed: boolean;
}

/** Declarations within one another deeper than this are a mistake. */
const DEPTH_MAX = 20;

/**
 * The exports of a use. Without a use the body is only looked at: its arguments are unknown, and what it
 * adds is thrown away.
 */
export function instantiate(
  declaration: Declaration,
  use: Block | undefined,
  at: AlloyCursor,
  module: AlloyModule,
): Value {
  const { name, block, outer } = declaration;
  const { settings } = module;
  const place = use?.place ?? block.place;
  const id = `${name}.${use?.label ?? ''}`;
  if (settings.open.includes(declaration) || settings.open.length >= DEPTH_MAX) {
    at.error(place, `declare "${name}" uses itself`);
    return unknown(id, true);
  }
  declaration.isUsed = true;
  const inner = module.child({
    ...settings,
    graph: use ? settings.graph : new GraphBuilder(),
    kind: 'declare',
    prefix: `${settings.prefix}${use ? `${id}/` : ''}`,
    outer,
    locals: new Map([
      ['argument', argumentsOf(block, use, at, module)],
      ['module_path', declaration.modulePath],
    ]),
    around: undefined,
    open: [...settings.open, declaration],
  });
  inner.run(block.body);
  return inner.exports;
}

/** `argument.x.value` by name. */
function argumentsOf(
  { body }: Block,
  use: Block | undefined,
  at: AlloyCursor,
  module: AlloyModule,
): Value {
  const given = use && attributesOf(use, at, module);
  const known = body.filter((one): one is Block => one.kind === 'block' && one.name === 'argument');
  const values = new Map<string, Value>();
  for (const { label, body: settings } of known) {
    const written = (name: string): Value | undefined => {
      const found = settings.find((one) => one.kind === 'attribute' && one.name === name);
      if (found?.kind !== 'attribute') return undefined;
      return tryEvaluate(found.value, module, at);
    };
    const isOptional = written('optional') === true;
    const value = given?.get(label);
    if (use && value === undefined && !isOptional) {
      at.error(use.place, `missing required attribute "${label}"`);
    }
    const missing = use ? (written('default') ?? null) : unknown(`argument.${label}`, true);
    values.set(label, new Map([['value', value ?? missing]]));
  }
  for (const statement of use?.body ?? []) {
    if (known.some(({ label }) => label === statement.name)) continue;
    at.error(statement.place, `unrecognized ${statement.kind} name "${statement.name}"`);
  }
  return values;
}

function attributesOf({ body }: Block, at: AlloyCursor, module: AlloyModule): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const statement of body) {
    if (statement.kind !== 'attribute') continue;
    const { name } = statement;
    // A mistake is reported; the argument is there.
    values.set(name, tryEvaluate(statement.value, module, at.key(name)) ?? unknown(name, true));
  }
  return values;
}
