// What a component is: how its block is read, what it adds to the graph, and what others get of it.
import type { Place } from '#prometheus-config/place.ts';
import type { Cursor } from '#prometheus-config/reading.ts';
import type { RelabelConfig } from '#prometheus-config/relabel-config.ts';
import type { Type } from '#prometheus-config/type.ts';
import type { Block } from '../ast.ts';
import type { BlockSpec, ReadBlock } from '../block-map.ts';
import type { Scope } from '../evaluate.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { isArray, isCapsule, typeOf, unknownIn, type Value } from '../value.ts';

export interface ComponentInput extends ReadBlock {
  /** Unique in the whole configuration: `loki.process.logs`. */
  readonly id: string;
  readonly block: Block;
  readonly place: Place;
  readonly at: Cursor;
  readonly scope: Scope;
  readonly graph: GraphBuilder;
  /** The content, or undefined when it cannot be read. */
  readonly readFile: (path: string) => string | undefined;
}

export interface Component {
  /** What its block may hold. */
  readonly spec: BlockSpec;
  /** Adds its part, and answers its exports. */
  readonly run: (input: ComponentInput) => Readonly<Record<string, Value>>;
}

/** The arguments by a section; what is wrong is reported. */
export const argumentsOf = <T>({ map, at }: ComponentInput, section: Type<T>): T =>
  section.read(map, at);

/** Ids of the nodes that an attribute names. */
export function receiversOf(input: ComponentInput, name = 'forward_to'): readonly string[] {
  const { values, at, place, graph, id } = input;
  const found = values.get(name);
  if (!found) {
    if (!isWritten(input, name)) at.error(place, `missing required attribute "${name}"`);
    return [];
  }
  const isUnknown = isCapsule(found.value) && found.value.kind === 'unknown';
  const value = isUnknown ? [found.value] : found.value;
  if (!isArray(value)) {
    at.key(name).error(found.place, `${name} should be list(capsule), got ${typeOf(value)}`);
    return [];
  }
  const ids = value.flatMap((item) => {
    if (isCapsule(item) && item.kind === 'receiver') return item.ids;
    if (isCapsule(item) && item.kind === 'unknown') {
      if (!item.isSilent) {
        at.key(name).warn(found.place, `${item.of} is not run here; its lines are stored instead`);
      }
      return [`${id}/stored`];
    }
    at.key(name).error(found.place, `${name} should be list(capsule), got ${typeOf(item)} in it`);
    return [];
  });
  if (ids.includes(`${id}/stored`)) {
    const own = { externalLabels: [], tenant: undefined };
    graph.nodes.push({ kind: 'write', id: `${id}/stored`, place, ...own });
  }
  return [...new Set(ids)];
}

/** Ids of the targets that an attribute lists. */
export function targetsOf(input: ComponentInput, name = 'targets'): readonly string[] {
  const { values, at, place, graph, id } = input;
  const found = values.get(name);
  if (!found) {
    if (!isWritten(input, name)) at.error(place, `missing required attribute "${name}"`);
    return [];
  }
  return graph.addTargets(`${id}/${name}`, found.place, found.value, (message) =>
    at.key(name).error(found.place, message),
  );
}

/**
 * Whose targets are among them that only Alloy knows: those of components that are not run here, which
 * matter only to a source of lines.
 */
export function unknownTargetsOf({ values }: ComponentInput, name = 'targets'): Value | undefined {
  const found = values.get(name);
  return found && unknownIn(found.value);
}

/** Rules of another component; none when the attribute is missing or null. */
export function rulesOf(input: ComponentInput, name = 'relabel_rules'): readonly RelabelConfig[] {
  const found = input.values.get(name);
  if (!found || found.value === null) return [];
  const { value, place } = found;
  if (isCapsule(value) && value.kind === 'rules') return value.rules;
  if (isArray(value) && value.length === 0) return [];
  input.at.key(name).error(place, `${name} should be rules of a component, got ${typeOf(value)}`);
  return [];
}

/** It may be there and have no value, which is reported already. */
const isWritten = ({ block }: ComponentInput, name: string): boolean =>
  block.body.some((statement) => statement.kind === 'attribute' && statement.name === name);
