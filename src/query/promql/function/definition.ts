// What a PromQL function is: one object with its name, signature, documentation and meaning. Parser,
// checker, planner, evaluator, editor and documentation read it; none of them compares names.
import type { TextSpan } from '#lib/errors.ts';
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import type { Note } from '#query/vector/note.ts';
import type { Pausable } from '#query/vector/pausable.ts';
import type { Grid, GridSeries, RawSeries } from '#query/vector/value.ts';
import type { Expr as SqlExpr } from '#sql/tree.ts';
import type { ValueType } from '../check/type.ts';
import type { Expr } from '../syntax/ast.ts';

/** What an expression evaluates to, for all steps of its grid at once. */
export type Value =
  | { readonly kind: 'scalar'; readonly values: Float64Array }
  | { readonly kind: 'vector'; readonly series: readonly GridSeries[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'matrix'; readonly windows: Windows };

export type Point = number | Histogram;

/** Samples and, for each step, the window over them: left end open, right end closed. */
export interface Windows {
  readonly series: readonly RawSeries[];
  /** Ends of the windows, one per step. */
  readonly ends: Float64Array;
  readonly rangeMs: number;
  /** When samples around a window are given too. */
  readonly extension?: Extension;
}

/** What anchored and smoothed selectors add to a window: the samples near its ends. */
export interface Extension {
  readonly kind: 'anchored' | 'smoothed';
  readonly beforeMs: number;
  readonly afterMs: number;
}

/**
 * The samples of one series in one window: indices `from` to `to` (exclusive), never none. Valid only
 * during the call: the object is used again for the next window.
 */
export interface Window {
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** As in RawSeries. */
  readonly histograms: readonly (Histogram | undefined)[] | undefined;
  readonly starts: Float64Array | undefined;
  readonly from: number;
  readonly to: number;
  readonly startMs: number;
  readonly endMs: number;
  /** The time of the step, which is not the end of the window when there is an offset. */
  readonly stepTimeMs: number;
  /** Set when there may be samples before startMs (and, smoothed, after endMs). */
  readonly extension: Extension['kind'] | undefined;
  /** The metric name, as messages give it. */
  readonly name: string;
  /** At the place of the first argument. */
  annotate(note: Note): void;
}

export type { Note };

export interface Annotation extends Note {
  readonly span: TextSpan;
}

/** What a function may know beside its arguments. */
export interface CallContext {
  readonly grid: Grid;
  /** The range and step of the query as the user sent it. */
  readonly query: Grid;
  readonly args: readonly Expr[];
  readonly span: TextSpan;
  annotate(annotation: Annotation): void;
  /** To be called before more series are made than were given; throws when they are too many. */
  reserve(points: number): void;
}

/** For functions of windows that the engine can compute: what the aggregate gets. */
export interface SqlWindow {
  /** First and last window end, as engine times. */
  readonly start: SqlExpr;
  readonly end: SqlExpr;
  readonly stepSeconds: SqlExpr;
  readonly windowSeconds: SqlExpr;
  readonly times: SqlExpr;
  readonly values: SqlExpr;
}

export type Evaluation =
  /** A point per window; `params` are the other arguments at that step. */
  | {
      readonly kind: 'window';
      readonly of: (window: Window, params: readonly number[]) => Point | undefined;
    }
  /** A number per number; histograms are left out. */
  | { readonly kind: 'element'; readonly of: (value: number, params: readonly number[]) => number }
  /** Long work is better done with pauses between the series. */
  | {
      readonly kind: 'whole';
      readonly of: (args: readonly Value[], context: CallContext) => Value | Pausable<Value>;
    };

/** All windows over a series of numbers alone, whose starts of counting nobody knows. */
export interface Sweep {
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** Ends of the windows, one per step, never falling. */
  readonly ends: Float64Array;
  readonly rangeMs: number;
  /** The points: values of steps that have none stay as they are. */
  readonly points: Float64Array;
  readonly present: Uint8Array;
}

export interface FunctionDefinition {
  readonly name: string;
  readonly args: readonly ValueType[];
  /** How many of the last arguments may be left out. */
  readonly optional?: number;
  /** Whether the last argument may come any number of times. */
  readonly isVariadic?: boolean;
  /** How many arguments there may be at most, when that is more than `args` has. */
  readonly mostArgs?: number;
  readonly returns: ValueType;
  readonly doc: string;
  readonly example: string;
  readonly isExperimental?: boolean;
  /** Whether the metric name survives; only for windows and elements. */
  readonly keepsMetricName?: boolean;
  /** Whether a metric that is no counter by its name deserves a hint. */
  readonly expectsCounter?: boolean;
  /** Whether the second argument is a label selector: matchers of series that are read too. */
  readonly takesLabelSelector?: boolean;
  /** What a bare selector as argument is to give instead of its values. */
  readonly wants?: 'timestamp' | 'start';
  /** The extents of range selectors that the function takes. */
  readonly extensions?: readonly Extension['kind'][];
  /**
   * What it looks at of the native histograms that it is given: only their counts and sums, or whole
   * distributions; undefined leaves that to the functions around it.
   */
  readonly histogramNeed?: 'statistics' | 'whole';
  /** Whether the result depends on the time of the step, even when the window does not. */
  readonly usesStepTime?: boolean;
  readonly evaluate: Evaluation;
  /** The same to the last bit in one pass over the series: a window costs the same however long it is. */
  readonly sweep?: (series: Sweep) => void;
  /** The same as an aggregate of the engine: an array with one nullable number per step. */
  readonly compile?: (window: SqlWindow) => SqlExpr;
}

export function defineFunction(definition: FunctionDefinition): FunctionDefinition {
  return definition;
}

type Partly = Pick<FunctionDefinition, 'name' | 'doc' | 'example'> & Partial<FunctionDefinition>;

/** matrix → vector, one point per window. */
export function windowFunction(
  definition: Partly,
  of: Extract<Evaluation, { kind: 'window' }>['of'],
): FunctionDefinition {
  return { args: ['matrix'], returns: 'vector', ...definition, evaluate: { kind: 'window', of } };
}

/** vector → vector, number by number. */
export function elementFunction(
  definition: Partly,
  of: Extract<Evaluation, { kind: 'element' }>['of'],
): FunctionDefinition {
  return { args: ['vector'], returns: 'vector', ...definition, evaluate: { kind: 'element', of } };
}
