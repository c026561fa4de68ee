// The LogQL engine: parse → check → plan → compile → read → evaluate.

import { InputError } from '#lib/errors.ts';
import { createGate, defaultPlaces, type Gate } from '#query/gate.ts';
import type { GridSeries } from '#query/vector/value.ts';
import type { StoreReader } from '#store/contract.ts';
import { check } from './check/check.ts';
import type { Direction } from './compile/logs.ts';
import type { QueryContext } from './eval/context.ts';
import { evaluateOperator, type MetricValue, toSeries } from './eval/operators.ts';
import { type LogEntry, readLines } from './eval/read-lines.ts';
import { readRange } from './eval/read-range.ts';
import { newStats, type QueryStats } from './eval/stats.ts';
import type { LogqlLimits } from './limits.ts';
import { type MetricPlan, type NanoGrid, type PushDown, planMetric } from './plan/plan.ts';
import type { Expr, MetricExpr } from './syntax/ast.ts';
import { parse } from './syntax/parser.ts';

export interface LogqlEngineOptions {
  readonly reader: StoreReader;
  readonly limits: LogqlLimits;
  readonly pushDown: PushDown;
  /** No supersets: refuse what Loki refuses. */
  readonly isStrict: boolean;
  /** Shared by all engines. */
  readonly gate?: Gate;
}

interface LogqlRequest {
  readonly tenant: string;
  readonly limit: number;
  readonly direction: Direction;
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
  | { readonly kind: 'streams'; readonly entries: readonly LogEntry[] }
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
  /** At one moment. Log queries are a superset: the lines of the hour before it. */
  query(text: string, request: LogqlInstantRequest): Promise<LogqlResult>;
  /** Over a range. Metric queries are moved to multiples of the step, as Loki does. */
  queryRange(text: string, request: LogqlRangeRequest): Promise<LogqlResult>;
}

const instantLogsNano = 3_600_000_000_000n;

export function createLogqlEngine(options: LogqlEngineOptions): LogqlEngine {
  const { limits, isStrict, gate = createGate(defaultPlaces) } = options;
  const toTree = (text: string): Expr =>
    check(parse(text, { acceptsBarePipeline: !isStrict }), { isStrict });
  const contextOf = ({ tenant, signal }: LogqlRequest): QueryContext => ({
    reader: options.reader,
    tenant,
    limits,
    pushDown: options.pushDown,
    read: { timeoutMs: limits.timeoutMs, ...(signal ? { signal } : {}) },
    stats: newStats(),
  });
  const engine: LogqlEngine = {
    query: async (text, request) => {
      const expr = toTree(text);
      const context = contextOf(request);
      const { timeNano, direction, limit } = request;
      if (expr.kind === 'log') {
        if (isStrict) throw logsRefused(expr);
        checkEntries(limit, limits);
        const range = { fromNano: timeNano - instantLogsNano, toNano: timeNano };
        const wanted = { ...range, direction, limit, intervalNano: 0n };
        return withStats(context, {
          kind: 'streams',
          entries: await readLines(context, expr, wanted),
        });
      }
      const grid = { startNano: timeNano, stepNano: 0n, count: 1 };
      const value = await evaluate(context, expr, grid);
      if (typeof value === 'number') return withStats(context, { kind: 'scalar', timeNano, value });
      checkSeries(value, limits);
      return withStats(context, {
        kind: 'vector',
        timeNano,
        series: value,
        isOrdered: isSort(expr),
      });
    },
    queryRange: async (text, request) => {
      const expr = toTree(text);
      const context = contextOf(request);
      const { startNano, endNano, direction, limit, intervalNano } = request;
      if (expr.kind === 'log') {
        checkEntries(limit, limits);
        const toNano = startNano === endNano ? endNano + 1n : endNano;
        const wanted = { fromNano: startNano, toNano, direction, limit, intervalNano };
        return withStats(context, {
          kind: 'streams',
          entries: await readLines(context, expr, wanted),
        });
      }
      const grid = alignedGrid(startNano, endNano, request.stepNano);
      const series = toSeries(await evaluate(context, expr, grid), grid.count);
      checkSeries(series, limits);
      return withStats(context, { kind: 'matrix', grid, series });
    },
  };
  return {
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

const isSort = (expr: MetricExpr): boolean =>
  expr.kind === 'vector-aggregation' &&
  ['sort', 'sort_desc', 'topk', 'bottomk'].includes(expr.operation);

function logsRefused(expr: Expr): InputError {
  return new InputError(
    'logql_check',
    'log queries are not supported as an instant query type, please change your query to a range query type',
    { span: expr.span },
  );
}

function checkEntries(limit: number, { entriesMax }: LogqlLimits): void {
  if (limit <= entriesMax) return;
  throw new InputError(
    'limit_entries',
    `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${entriesMax})`,
    { hint: 'Raise query.max_entries.' },
  );
}

function checkSeries(series: readonly GridSeries[], { seriesMax }: LogqlLimits): void {
  if (series.length <= seriesMax) return;
  throw new InputError(
    'limit_series',
    `maximum of series (${seriesMax}) reached for a single query`,
    { hint: 'Aggregate with sum by (…), or raise query.max_series.' },
  );
}
