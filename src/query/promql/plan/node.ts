// The plan of a query: the syntax tree with every duration resolved, every node tied to the grid that
// it is evaluated on, and every selector reduced to a read. Plain data, made without any I/O.
import type { TextSpan } from '#lib/errors.ts';
import type { Grouping } from '#query/vector/group.ts';
import type { Matching } from '#query/vector/matching.ts';
import type { ElementOperator, SetOperator } from '#query/vector/operation.ts';
import type { Grid } from '#query/vector/value.ts';
import type { Extension, FunctionDefinition } from '../function/definition.ts';
import type { AggregationName, Call, Matcher } from '../syntax/ast.ts';

/** Raw samples of the series that match, with fromMs < time <= toMs. */
export interface Read {
  readonly matchers: readonly Matcher[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Whether stale markers are wanted: they end a series for instant vectors. */
  readonly withStale: boolean;
  /** Whether it matters when the counting of samples began. */
  readonly withStarts?: boolean;
}

/** A text that two reads of the same samples share. */
export function readKey({ matchers, fromMs, toMs, withStale, withStarts }: Read): string {
  const selected = matchers.map(({ label, operator, value }) => [label, operator, value]);
  return JSON.stringify([selected, fromMs, toMs, withStale, withStarts ?? false]);
}

/** Where the window of a selector ends: the step (or the fixed `@` time) minus the offset. */
export interface Shift {
  readonly offsetMs: number;
  readonly atMs?: number;
}

interface OnGrid {
  readonly grid: Grid;
}

export type PlanNode =
  | NumberNode
  | StringNode
  | InstantNode
  | RangeNode
  | SubqueryNode
  | CallNode
  | AggregationNode
  | BinaryNode
  | NegativeNode
  | PushedNode;

export interface NumberNode extends OnGrid {
  readonly kind: 'number';
  readonly value: number;
}

export interface StringNode extends OnGrid {
  readonly kind: 'string';
  readonly value: string;
}

export interface InstantNode extends OnGrid, Shift {
  readonly kind: 'instant';
  readonly read: Read;
  readonly lookbackMs: number;
  /** 'info': the times of the samples as numbers, but histograms as they are. */
  readonly output: 'value' | 'timestamp' | 'start' | 'info';
  /** Values between samples are interpolated. */
  readonly isSmoothed: boolean;
  readonly span: TextSpan;
}

export interface RangeNode extends OnGrid, Shift {
  readonly kind: 'range';
  readonly read: Read;
  readonly rangeMs: number;
  readonly extension?: Extension;
}

export interface SubqueryNode extends OnGrid, Shift {
  readonly kind: 'subquery';
  /** On the grid of the subquery. */
  readonly inner: PlanNode;
  readonly rangeMs: number;
}

export interface CallNode extends OnGrid {
  readonly kind: 'call';
  readonly definition: FunctionDefinition;
  readonly args: readonly PlanNode[];
  readonly source: Call;
}

export interface AggregationNode extends OnGrid {
  readonly kind: 'aggregation';
  readonly name: AggregationName;
  readonly param?: PlanNode;
  readonly paramSpan?: TextSpan;
  readonly inner: PlanNode;
  readonly innerSpan: TextSpan;
  readonly grouping: Grouping;
  readonly span: TextSpan;
}

export interface BinaryNode extends OnGrid {
  readonly kind: 'binary';
  readonly operator: ElementOperator | SetOperator;
  readonly left: PlanNode;
  readonly right: PlanNode;
  readonly isBool: boolean;
  readonly matching: Matching;
  readonly fill: { readonly left?: number; readonly right?: number };
  readonly span: TextSpan;
}

export interface NegativeNode extends OnGrid {
  readonly kind: 'negative';
  readonly inner: PlanNode;
}

/** A vector that the engine computes: the index of its statement among the compiled ones. */
export interface PushedNode extends OnGrid {
  readonly kind: 'pushed';
  readonly index: number;
  readonly source: PlanNode;
}

export interface Plan {
  readonly root: PlanNode;
  /** The times that the user asked for. */
  readonly grid: Grid;
  readonly text: string;
}

/** The window end of a step. */
export const shiftedMs = ({ offsetMs, atMs }: Shift, stepTimeMs: number): number =>
  (atMs ?? stepTimeMs) - offsetMs;
