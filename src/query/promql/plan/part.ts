// Some of the steps of a node, as a node: what moves with the steps reads less. And what two nodes share
// that are alike but for their steps.
import { BugError } from '#lib/errors.ts';
import { type Grid, gridTime } from '#query/vector/value.ts';
import type { InstantNode, PlanNode, RangeNode } from './node.ts';

export interface Steps {
  readonly first: number;
  readonly count: number;
}

/** Of selectors, calls and aggregations whose grids are all the same. */
export function partOf(node: PlanNode, steps: Steps): PlanNode {
  const grid = partOfGrid(node.grid, steps);
  switch (node.kind) {
    case 'instant':
    case 'range':
      return { ...node, grid, read: partOfRead(node, steps) };
    case 'call':
      return { ...node, grid, args: node.args.map((arg) => partOf(arg, steps)) };
    case 'aggregation':
      return { ...node, grid, inner: partOf(node.inner, steps) };
    default:
      throw new BugError(`BUG: no part of a node of kind ${node.kind}`);
  }
}

const partOfGrid = (grid: Grid, { first, count }: Steps): Grid => ({
  startMs: gridTime(grid, first),
  stepMs: grid.stepMs,
  count,
});

function partOfRead({ grid, read, atMs }: InstantNode | RangeNode, { first, count }: Steps) {
  if (atMs !== undefined) return read;
  const after = grid.count - first - count;
  return {
    ...read,
    fromMs: read.fromMs + first * grid.stepMs,
    toMs: read.toMs - after * grid.stepMs,
  };
}

/** A text that nodes share which give the same at the same step; of the same nodes as `partOf`. */
export function nodeKey(node: PlanNode): string {
  return JSON.stringify(keyParts(node));
}

function keyParts(node: PlanNode): unknown {
  switch (node.kind) {
    case 'instant':
      return ['instant', node.output, node.isSmoothed, node.lookbackMs, ...selectorParts(node)];
    case 'range':
      return ['range', node.extension ?? null, node.rangeMs, ...selectorParts(node)];
    case 'call':
      return ['call', node.definition.name, node.args.map(keyParts)];
    case 'aggregation': {
      const { mode, labels } = node.grouping;
      return [node.name, mode, labels, keyParts(node.inner)];
    }
    default:
      throw new BugError(`BUG: no key of a node of kind ${node.kind}`);
  }
}

function selectorParts({ read, offsetMs, atMs }: InstantNode | RangeNode): unknown[] {
  const matchers = read.matchers.map(({ label, operator, value }) => [label, operator, value]);
  matchers.sort((a, b) => (String(a) < String(b) ? -1 : 1));
  return [matchers, offsetMs, atMs ?? null];
}

/** How far the window of a step of the node ends before the step. */
export function windowOffsetMs(node: PlanNode): number {
  return selectorOf(node).offsetMs;
}

/** The fixed time at which all windows of the node end, if there is one. */
export function fixedEndMs(node: PlanNode): number | undefined {
  const { atMs, offsetMs } = selectorOf(node);
  return atMs === undefined ? undefined : atMs - offsetMs;
}

function selectorOf(node: PlanNode): InstantNode | RangeNode {
  switch (node.kind) {
    case 'instant':
    case 'range':
      return node;
    case 'call':
      return selectorOf(node.args[0] as PlanNode);
    case 'aggregation':
      return selectorOf(node.inner);
    default:
      throw new BugError(`BUG: no selector below a node of kind ${node.kind}`);
  }
}
