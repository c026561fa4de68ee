// Checked query in, plan out. Pure: the same text, times and limits give the same plan.
// @ start() and end() become times, durations numbers, each subquery gets its own grid, and each
// selector the range of samples that all of its steps need together.
import { InputError } from '#lib/errors.ts';
import { oneGroup } from '#query/vector/group.ts';
import { matchAllLabels } from '#query/vector/matching.ts';
import { type Grid, gridTime } from '#query/vector/value.ts';
import { type CheckedQuery, queryError } from '../check/check.ts';
import { type DurationContext, durationMs, positiveDurationMs } from '../check/duration.ts';
import { allMatchers } from '../check/matcher.ts';
import type { FunctionDefinition } from '../function/definition.ts';
import { functions } from '../function/index.ts';
import {
  type Binary,
  type Call,
  type DurationExpr,
  type Expr,
  type MatrixSelector,
  type Subquery,
  type TimeShift,
  unwrapParens,
  type VectorSelector,
} from '../syntax/ast.ts';
import { infoSelector, shiftsOfFirstSelector } from './enrichment.ts';
import {
  type BinaryNode,
  type InstantNode,
  type Plan,
  type PlanNode,
  type Read,
  type Shift,
  shiftedMs,
} from './node.ts';

export interface PlanOptions {
  readonly grid: Grid;
  /** The end of a range query, which need not be on the grid. Default: the last time of the grid. */
  readonly endMs?: number;
  readonly lookbackMs: number;
  /** Step of subqueries that name none. */
  readonly subqueryStepMs: number;
}

export function plan(query: CheckedQuery, options: PlanOptions): Plan {
  const planner = new Planner(query, options);
  return { root: planner.plan(query.root, options.grid), grid: options.grid, text: query.text };
}

class Planner {
  readonly #query: CheckedQuery;
  readonly #options: PlanOptions;
  readonly #durations: DurationContext;
  readonly #endMs: number;

  constructor(query: CheckedQuery, options: PlanOptions) {
    this.#query = query;
    this.#options = options;
    const { startMs, stepMs, count } = options.grid;
    this.#endMs = options.endMs ?? gridTime(options.grid, count - 1);
    this.#durations = {
      stepSeconds: count > 1 ? stepMs / 1000 : 0,
      rangeSeconds: (this.#endMs - startMs) / 1000,
    };
  }

  plan(expr: Expr, grid: Grid): PlanNode {
    switch (expr.kind) {
      case 'number':
        return { kind: 'number', value: expr.value, grid };
      case 'string':
        return { kind: 'string', value: expr.value, grid };
      case 'paren':
        return this.plan(expr.expr, grid);
      case 'vector-selector':
        return this.#planInstant(expr, grid, 'value');
      case 'matrix-selector':
        return this.#planRange(expr, grid);
      case 'subquery':
        return this.#planSubquery(expr, grid);
      case 'unary': {
        const inner = this.plan(expr.expr, grid);
        return expr.operator === '+' ? inner : { kind: 'negative', inner, grid };
      }
      case 'aggregation': {
        const { name, span, grouping = oneGroup } = expr;
        const param = expr.param
          ? { param: this.plan(expr.param, grid), paramSpan: expr.param.span }
          : {};
        return {
          kind: 'aggregation',
          name,
          ...param,
          inner: this.plan(expr.expr, grid),
          innerSpan: expr.expr.span,
          grouping,
          grid,
          span,
        };
      }
      case 'call':
        return this.#planCall(expr, grid);
      case 'binary':
        return this.#planBinary(expr, grid);
    }
  }

  #planInstant(selector: VectorSelector, grid: Grid, output: InstantNode['output']): PlanNode {
    const { lookbackMs } = this.#options;
    const isSmoothed = selector.extent === 'smoothed' && output === 'value';
    const shift = this.#shift(selector);
    const read = readOf(selector, grid, {
      ...shift,
      rangeMs: lookbackMs,
      afterMs: isSmoothed ? lookbackMs : 0,
      withStale: !isSmoothed,
      withStarts: output === 'start',
    });
    const { span } = selector;
    return { kind: 'instant', read, lookbackMs, output, isSmoothed, span, ...shift, grid };
  }

  #planRange({ selector, range }: MatrixSelector, grid: Grid): PlanNode {
    const rangeMs = this.#positiveMs(range);
    const shift = this.#shift(selector);
    const { lookbackMs } = this.#options;
    const kind = selector.extent;
    const afterMs = kind === 'smoothed' ? lookbackMs : 0;
    const beforeMs = kind ? lookbackMs : 0;
    const read = readOf(selector, grid, {
      ...shift,
      rangeMs: rangeMs + beforeMs,
      afterMs,
      withStale: false,
      withStarts: true,
    });
    const extension = kind ? { extension: { kind, beforeMs, afterMs } } : {};
    return { kind: 'range', read, rangeMs, ...extension, ...shift, grid };
  }

  /** Steps of a subquery are multiples of its step, whatever the query's own times are. */
  #planSubquery(subquery: Subquery, grid: Grid): PlanNode {
    const rangeMs = this.#positiveMs(subquery.range);
    const stepMs = subquery.step ? this.#positiveMs(subquery.step) : this.#options.subqueryStepMs;
    const shift = this.#shift(subquery);
    const firstEnd = shiftedMs(shift, grid.startMs);
    const lastEnd = shiftedMs(shift, gridTime(grid, grid.count - 1));
    const startMs = (Math.floor((firstEnd - rangeMs) / stepMs) + 1) * stepMs;
    const count = Math.max(0, Math.floor((lastEnd - startMs) / stepMs) + 1);
    const inner = this.plan(subquery.expr, { startMs, stepMs, count });
    return { kind: 'subquery', inner, rangeMs, ...shift, grid };
  }

  #planCall(call: Call, grid: Grid): PlanNode {
    const definition = functions.get(call.name);
    if (!definition) throw this.#fail(call, `unknown function with name "${call.name}"`);
    if (definition.takesLabelSelector) return this.#planInfo(call, definition, grid);
    const args = call.args.map((arg) => {
      const inner = unwrapParens(arg);
      if (definition.wants && inner.kind === 'vector-selector') {
        return this.#planInstant(inner, grid, definition.wants);
      }
      if (inner.kind === 'matrix-selector') this.#checkExtent(inner, definition);
      return this.plan(arg, grid);
    });
    return { kind: 'call', definition, args, source: call, grid };
  }

  /** Its second argument is what it reads beside the first. */
  #planInfo(call: Call, definition: FunctionDefinition, grid: Grid): PlanNode {
    const [base, labels] = call.args as [Expr, Expr?];
    const { lookbackMs } = this.#options;
    const shift = (shiftsOfFirstSelector(base) ?? []).reduce<Shift>(
      (outer, inner) => thenShift(outer, this.#shift(inner)),
      { offsetMs: 0 },
    );
    const selector = infoSelector(base, labels);
    const { span } = selector;
    const window = { ...shift, rangeMs: lookbackMs, afterMs: 0, withStale: true };
    const read = readOf(selector, grid, window);
    const output = 'info';
    const info: InstantNode = {
      kind: 'instant',
      read,
      lookbackMs,
      output,
      isSmoothed: false,
      span,
      ...shift,
      grid,
    };
    const args = [this.plan(base, grid), info];
    return { kind: 'call', definition, args, source: call, grid };
  }

  #checkExtent({ selector }: MatrixSelector, { name, extensions = [] }: FunctionDefinition): void {
    const { extent } = selector;
    if (!extent || extensions.includes(extent)) return;
    const allowed = [...functions.values()]
      .filter((definition) => definition.extensions?.includes(extent))
      .map((definition) => definition.name)
      .sort();
    throw new InputError(
      'promql_argument',
      `${extent} modifier can only be used with: ${allowed.join(', ')} - not with ${name}`,
      { span: selector.span },
    );
  }

  #planBinary(binary: Binary, grid: Grid): PlanNode {
    const { isBool, matching = matchAllLabels, fill = {}, span } = binary;
    return {
      kind: 'binary',
      operator: binary.operator as BinaryNode['operator'],
      left: this.plan(binary.left, grid),
      right: this.plan(binary.right, grid),
      isBool,
      matching,
      fill,
      grid,
      span,
    };
  }

  #shift({ offset, at }: TimeShift): Shift {
    const offsetMs = offset ? this.#durationMs(offset) : 0;
    if (!at) return { offsetMs };
    if (at.kind === 'time') return { offsetMs, atMs: at.timeMs };
    return { offsetMs, atMs: at.kind === 'start' ? this.#options.grid.startMs : this.#endMs };
  }

  #durationMs(expr: DurationExpr): number {
    return durationMs(expr, this.#durations, (span, what) => this.#fail({ span }, what)) ?? 0;
  }

  #positiveMs(expr: DurationExpr): number {
    return (
      positiveDurationMs(expr, this.#durations, (span, what) => this.#fail({ span }, what)) ?? 0
    );
  }

  #fail({ span }: Pick<Expr, 'span'>, what: string) {
    return queryError(this.#query.text, { code: 'promql_duration', span, what });
  }
}

/** A shift inside another one: a fixed time counts from where it is, an offset adds to those outside. */
const thenShift = (outer: Shift, inner: Shift): Shift =>
  inner.atMs === undefined ? { ...outer, offsetMs: outer.offsetMs + inner.offsetMs } : inner;

interface ReadWindow extends Shift {
  readonly rangeMs: number;
  /** How far behind the ends of the windows samples are wanted. */
  readonly afterMs: number;
  readonly withStale: boolean;
  readonly withStarts?: boolean;
}

function readOf(
  selector: VectorSelector,
  grid: Grid,
  { rangeMs, afterMs, withStale, withStarts = false, ...shift }: ReadWindow,
): Read {
  return {
    matchers: allMatchers(selector),
    fromMs: shiftedMs(shift, grid.startMs) - rangeMs,
    toMs: shiftedMs(shift, gridTime(grid, Math.max(0, grid.count - 1))) + afterMs,
    withStale,
    ...(withStarts ? { withStarts } : {}),
  };
}
