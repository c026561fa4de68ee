// The LogQL engine: parse → check → plan → compile → read → evaluate.

import { type Clock, systemClock } from '#lib/clock.ts';
import { InputError } from '#lib/errors.ts';
import { createGate, defaultPlaces, type Gate } from '#query/gate.ts';
import type { GridSeries } from '#query/vector/value.ts';
import type { StoreReader } from '#store/contract.ts';
import { check, checkRules, usesOperation } from './check/check.ts';
import { withPrintedSizes } from './check/printed-sizes.ts';
import type { Direction } from './compile/logs.ts';
import type { QueryContext } from './eval/context.ts';
import { parseCursor, printCursor } from './eval/cursor.ts';
import { evaluateOperator, type MetricValue, toSeries } from './eval/operators.ts';
import { type LogEntry, type LogRequest, readLines } from './eval/read-lines.ts';
import { readRange } from './eval/read-range.ts';
import { newStats, type QueryStats } from './eval/stats.ts';
import { checkEntries, checkLength, checkSeriesCount, type LogqlLimits } from './limits.ts';
import { type MetricPlan, type NanoGrid, type PushDown, planMetric } from './plan/plan.ts';
import type { Expr, LogExpr, MetricExpr } from './syntax/ast.ts';
import { parse } from './syntax/parser.ts';
import { pretty } from './syntax/pretty.ts';

export interface LogqlEngineOptions {
  readonly reader: StoreReader;
  readonly limits: LogqlLimits;
  readonly pushDown: PushDown;
  /** No supersets: refuse what Loki refuses. */
  readonly isStrict: boolean;
  /** For `query.timeout`. */
  readonly clock?: Clock;
  /** Shared by all engines. */
  readonly gate?: Gate;
}

interface LogqlRequest {
  readonly tenant: string;
  readonly limit: number;
  readonly direction: Direction;
  /** `next` of the page before this one; without meaning if strict. */
  readonly cursor?: string | undefined;
  readonly signal?: AbortSignal;
}

export interface LogqlInstantRequest extends LogqlRequest {
  readonly timeNano: bigint;
}

export interface LogqlRangeRequest extends LogqlRequest {
  readonly startNano: bigint;
  /** For logs exclusive, unless it is the start. */
  readonly endNano: bigint;
  readonly stepNano: bigint;
  readonly intervalNano: bigint;
}

export type LogqlValue =
  | {
      readonly kind: 'streams';
      readonly entries: readonly LogEntry[];
      /** The cursor of the next page; undefined if strict or when there is nothing more. */
      readonly next?: string;
    }
  | { readonly kind: 'matrix'; readonly grid: NanoGrid; readonly series: readonly GridSeries[] }
  | {
      readonly kind: 'vector';
      readonly timeNano: bigint;
      readonly series: readonly GridSeries[];
      /** The order of the series means something. */
      readonly isOrdered: boolean;
    }
  | { readonly kind: 'scalar'; readonly timeNano: bigint; readonly value: number };

export type LogqlResult = LogqlValue & { readonly stats: QueryStats };

export interface LogqlEngine {
  /** The query in Loki's layout; arguments of stages are not looked at. */
  format(text: string): string;
  /** At one moment. Log queries are a superset: the lines of the hour before it. */
  query(text: string, request: LogqlInstantRequest): Promise<LogqlResult>;
  /** Over a range. Metric queries are moved to multiples of the step, as Loki does. */
  queryRange(text: string, request: LogqlRangeRequest): Promise<LogqlResult>;
}

const instantLogsNano = 3_600_000_000_000n;

export function createLogqlEngine(options: LogqlEngineOptions): LogqlEngine {
  const { limits, isStrict, clock = systemClock, gate = createGate(defaultPlaces) } = options;
  const toTree = (text: string): Expr =>
    withPrintedSizes(check(parse(text, { acceptsSupersets: !isStrict }), { isStrict }));
  const contextOf = ({ tenant, signal }: LogqlRequest): QueryContext => ({
    reader: options.reader,
    tenant,
    limits,
    pushDown: options.pushDown,
    isStrict,
    read: { timeoutMs: limits.timeoutMs, ...(signal ? { signal } : {}) },
    stats: newStats(),
    deadline: { clock, atMs: clock.monotonicMs() + limits.timeoutMs },
  });
  const answerLogs = async (
    context: QueryContext,
    expr: LogExpr,
    wanted: LogRequest,
    cursor: string | undefined,
  ): Promise<LogqlResult> => {
    checkEntries(wanted.limit, limits, isStrict);
    const after = isStrict || !cursor ? undefined : parseCursor(cursor);
    const { entries, end } = await readLines(context, expr, { ...wanted, after });
    const next = end && !isStrict ? { next: printCursor(end) } : {};
    return withStats(context, { kind: 'streams', entries, ...next });
  };
  const engine: LogqlEngine = {
    format: (text) =>
      pretty(checkRules(parse(text, { acceptsSupersets: !isStrict }), { isStrict })),
    query: async (text, request) => {
      const expr = toTree(text);
      const context = contextOf(request);
      const { timeNano, direction, limit, cursor } = request;
      if (expr.kind === 'log') {
        if (isStrict) throw logsRefused(expr);
        const range = { fromNano: timeNano - instantLogsNano, toNano: timeNano };
        const wanted = { ...range, direction, limit, intervalNano: 0n };
        return answerLogs(context, expr, wanted, cursor);
      }
      const grid = { startNano: timeNano, stepNano: 0n, count: 1 };
      const value = await evaluate(context, expr, grid);
      if (typeof value === 'number') return withStats(context, { kind: 'scalar', timeNano, value });
      checkSeriesCount(value.length, limits);
      const isOrdered = usesOperation(expr, ['sort', 'sort_desc']);
      return withStats(context, { kind: 'vector', timeNano, series: value, isOrdered });
    },
    queryRange: async (text, request) => {
      const expr = toTree(text);
      const context = contextOf(request);
      const { startNano, endNano, direction, limit, intervalNano, cursor } = request;
      checkLength(request, limits, isStrict);
      if (expr.kind === 'log') {
        const toNano = startNano === endNano ? endNano + 1n : endNano;
        const wanted = { fromNano: startNano, toNano, direction, limit, intervalNano };
        return answerLogs(context, expr, wanted, cursor);
      }
      if (isStrict && usesOperation(expr, ['approx_topk'])) throw approximateRefused(expr);
      const grid = alignedGrid(startNano, endNano, request.stepNano);
      const series = toSeries(await evaluate(context, expr, grid), grid.count);
      checkSeriesCount(series.length, limits);
      return withStats(context, { kind: 'matrix', grid, series });
    },
  };
  return {
    format: engine.format,
    query: (text, request) => gate.pass(() => engine.query(text, request)),
    queryRange: (text, request) => gate.pass(() => engine.queryRange(text, request)),
  };
}

const withStats = (context: QueryContext, value: LogqlValue): LogqlResult => ({
  ...value,
  stats: context.stats,
});

async function evaluate(
  context: QueryContext,
  expr: MetricExpr,
  grid: NanoGrid,
): Promise<MetricValue> {
  return evaluatePlan(context, planMetric(expr, grid), grid);
}

async function evaluatePlan(
  context: QueryContext,
  plan: MetricPlan,
  grid: NanoGrid,
): Promise<MetricValue> {
  if (plan.kind === 'range') return readRange(context, plan, grid);
  const inputs = await Promise.all(plan.inputs.map((input) => evaluatePlan(context, input, grid)));
  return evaluateOperator(plan.expr, inputs, grid.count);
}

/** Start down, end up to a multiple of the step. */
function alignedGrid(startNano: bigint, endNano: bigint, stepNano: bigint): NanoGrid {
  const first = floorTo(startNano, stepNano);
  const last = floorTo(endNano + stepNano - 1n, stepNano);
  return { startNano: first, stepNano, count: Number((last - first) / stepNano) + 1 };
}

function floorTo(value: bigint, step: bigint): bigint {
  const rest = value % step;
  return rest < 0n ? value - rest - step : value - rest;
}

function logsRefused(expr: Expr): InputError {
  return new InputError(
    'logql_check',
    'log queries are not supported as an instant query type, please change your query to a range query type',
    { span: expr.span },
  );
}

/** Loki sketches counts for the instant only. */
const approximateRefused = (expr: Expr): InputError =>
  new InputError('logql_instant_only', 'count min sketches are only supported on instant queries', {
    span: expr.span,
  });
