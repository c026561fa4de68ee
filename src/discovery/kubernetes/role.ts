// What the groups of a role are made from.
import type { LabelPairs } from '#prometheus-config/relabel-config.ts';
import type { TargetGroup } from '../discovery.ts';
import { toPairs } from '../relabel.ts';
import { type LabelMap, META, putNodeLabels, putObjectLabels } from './meta-labels.ts';
import type { KubernetesObject, Node, ObjectReference, Pod, Resource, Service } from './object.ts';

/** Looks up objects, and remembers which: a change of one makes the group anew. */
export interface Lookup {
  pod(reference: ObjectReference | undefined): Pod | undefined;
  service(namespace: string, name: string): Service | undefined;
  node(name: string | undefined): Node | undefined;
  namespace(name: string): KubernetesObject | undefined;
  readonly attachNode: boolean;
  readonly attachNamespace: boolean;
}

export interface Role {
  readonly resource: Resource;
  /** Others that its groups look at. */
  readonly others: readonly Resource[];
  /** How the source of a group begins. */
  readonly prefix: string;
  /** The labels of the group and those of its targets. */
  build(object: KubernetesObject, lookup: Lookup): BuiltGroup | undefined;
}

export interface BuiltGroup {
  readonly labels: LabelMap;
  readonly targets: readonly LabelMap[];
}

export const toGroup = (source: string, built: BuiltGroup | undefined): TargetGroup => ({
  source,
  targets: built?.targets.map(toPairs) ?? [],
  labels: built === undefined ? ([] as LabelPairs) : toPairs(built.labels),
});

/** What `attach_metadata` adds to the labels of a group. */
export function putNamespace(
  labels: LabelMap,
  namespace: string | undefined,
  lookup: Lookup,
): void {
  labels.set(`${META}namespace`, namespace ?? '');
  if (!lookup.attachNamespace || namespace === undefined) return;
  const object = lookup.namespace(namespace);
  if (object) putObjectLabels(labels, 'namespace', object.metadata);
}

export function putNode(labels: LabelMap, name: string | undefined, lookup: Lookup): void {
  if (!lookup.attachNode || name === undefined) return;
  const node = lookup.node(name);
  if (node) putNodeLabels(labels, node);
}
