// Reads of native histograms and of the times when counting began, and whether there are any.
import {
  and,
  as,
  call,
  column,
  type Expr,
  eq,
  literal,
  op,
  type Projection,
  type Select,
} from '#sql/tree.ts';
import { histograms, histogramsBetween } from '#store/table/histograms.ts';
import { sampleStarts, sampleStartsBetween } from '#store/table/sample-starts.ts';
import { source, timeLiteral } from '#store/table/table.ts';
import type { Read } from '../plan/node.ts';
import { type CompileScope, sampleCondition } from './matcher.ts';
import type { Statement } from './push-down.ts';

/** Columns of otel_histograms that a histogram is made of. */
export const histogramColumns = [
  'series_id',
  'time',
  'start_time',
  'count',
  'sum',
  'scale',
  'zero_threshold',
  'zero_count',
  'positive_spans',
  'positive_counts',
  'negative_spans',
  'negative_counts',
  'custom_bounds',
  'counter_reset',
  'flags',
] as const;

/** Rows: histogramColumns; each histogram of the range once, in any order. */
export function compileHistograms(read: Read, scope: CompileScope): Select {
  return {
    columns: histogramColumns.map((name): Projection => ({ expr: column(name) })),
    from: source(histograms),
    where: and(
      histogramsBetween(scope.tenant, read.fromMs, read.toMs),
      op(column('time'), '>', timeLiteral(read.fromMs)),
      sampleCondition(read, scope),
    ),
  };
}

/** Rows: series_id, times, starts; arrays per series and hour, in any order. */
export function compileStarts(read: Read, scope: CompileScope): Select {
  return {
    columns: [
      { expr: column('series_id') },
      as(column('time'), 'times'),
      as(column('start_time'), 'starts'),
    ],
    from: source(sampleStarts),
    where: and(
      sampleStartsBetween(scope.tenant, read.fromMs, read.toMs),
      sampleCondition(read, scope),
    ),
  };
}

/** One row (found) when the metric has what the statement does not look at, else none. */
export function compileBeyondEngine(
  { read, name, dependsOnStarts }: Statement,
  { tenant }: CompileScope,
): Select {
  const { fromMs, toMs } = read;
  const one = (table: Parameters<typeof source>[0], where: Expr): Select => ({
    columns: [as(call('toUInt8', literal(1)), 'found')],
    from: source({ ...table, isReplacing: false }),
    where: and(where, eq(column('name'), literal(name))),
    limit: 1,
  });
  const selects = [one(histograms, histogramsBetween(tenant, fromMs, toMs))];
  if (dependsOnStarts) selects.push(one(sampleStarts, sampleStartsBetween(tenant, fromMs, toMs)));
  return { columns: [{ expr: column('found') }], from: { kind: 'union', selects }, limit: 1 };
}
