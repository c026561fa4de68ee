// Selects on otel_logs: the lines of a log query, newest or oldest first, and the counts of a metric
// query. Only the columns that are needed are read.
import type { UnixNano } from '#model/unit.ts';
import {
  and,
  as,
  call,
  column,
  type Expr,
  eq,
  isGlobalIn,
  isIn,
  op,
  type Projection,
  type Select,
  table,
  tuple,
  typed,
} from '#sql/tree.ts';
import { logs, logsBetween } from '#store/table/logs.ts';
import { source } from '#store/table/table.ts';
import type { Matcher } from '../syntax/ast.ts';
import { metadataColumns } from './metadata.ts';
import { type Stream, selectStreamIds } from './stream.ts';

export interface LogScan {
  readonly tenant: string;
  /** Inclusive. */
  readonly fromNano: UnixNano;
  /** Exclusive. */
  readonly toNano: UnixNano;
  readonly matchers: readonly Matcher[];
  /** Conditions on the row that stand for stages. */
  readonly conditions: readonly Expr[];
  /** The streams that meet the matchers, where they are known: the engine need not look for them again. */
  readonly streams?: readonly Stream[];
}

/** More streams than that are looked for by the engine. */
const streamsMax = 500;

export type Direction = 'forward' | 'backward';

/** Where a page of lines ended: the next one begins behind this row. */
export interface PageEnd {
  readonly timeNano: bigint;
  readonly streamId: bigint;
  /** `src/model/arrival.ts`: what orders the lines of one time and stream. */
  readonly arrival: bigint;
  readonly recordHash: bigint;
}

export function scanCondition(scan: LogScan): Expr {
  const { tenant, fromNano, toNano, conditions } = scan;
  return and(logsBetween(tenant, fromNano, toNano), streamsCondition(scan), ...conditions);
}

function streamsCondition({ tenant, fromNano, toNano, matchers, streams }: LogScan) {
  if (matchers.length === 0) return undefined;
  if (streams && streams.length > 0 && streams.length <= streamsMax) {
    return isIn(
      column('stream_id'),
      streams.map(({ id }) => typed(id, 'UInt64')),
    );
  }
  const window = { tenant, fromNano, toNano: toNano - 1n };
  return isGlobalIn(column('stream_id'), selectStreamIds(window, matchers));
}

/** Other than the column of that name, which conditions must go on to mean. */
export const metadataAlias = (name: string): string => `label_${name}`;

const position: readonly Expr[] = [
  column('time_unix_nano'),
  column('stream_id'),
  column('arrival'),
  column('record_hash'),
];

/**
 * One page of lines in the order of their times, those of one time and stream in the order in which they
 * came in; backward is the mirror of forward. Lines that are stored twice come twice, and the reader passes
 * over them (`../eval/read-page.ts`): that costs less than to have the engine merge them.
 */
export function selectLines(
  scan: LogScan,
  options: { direction: Direction; limit: number; after?: PageEnd | undefined },
): Select {
  const { direction, limit, after } = options;
  const isDescending = direction === 'backward';
  const end =
    after &&
    op(
      tuple(...position),
      isDescending ? '<' : '>',
      tuple(
        typed(after.timeNano, 'Int64'),
        typed(after.streamId, 'UInt64'),
        typed(after.arrival, 'Int64'),
        typed(after.recordHash, 'UInt64'),
      ),
    );
  return {
    columns: [
      ...['stream_id', 'time_unix_nano', 'arrival', 'record_hash', 'body'].map((name) => ({
        expr: column(name),
      })),
      ...metadataColumns.map(([name, expr]) => as(expr, metadataAlias(name))),
    ],
    from: table(logs.name),
    where: and(scanCondition(scan), end),
    orderBy: position.map((expr) => (isDescending ? { expr, isDescending } : { expr })),
    limit,
  };
}

/** Which of `hashes` stand behind a place in its time and stream, or there. */
export function selectLaterHashes(
  scan: LogScan,
  place: PageEnd,
  operator: '>' | '>=',
  hashes: readonly bigint[],
): Select {
  const { timeNano, streamId, arrival, recordHash } = place;
  const there = tuple(typed(arrival, 'Int64'), typed(recordHash, 'UInt64'));
  return {
    columns: [{ expr: column('record_hash') }],
    isDistinct: true,
    from: table(logs.name),
    where: and(
      logsBetween(scan.tenant, timeNano, timeNano + 1n),
      eq(column('stream_id'), typed(streamId, 'UInt64')),
      op(tuple(column('arrival'), column('record_hash')), operator, there),
      isIn(
        column('record_hash'),
        hashes.map((hash) => typed(hash, 'UInt64')),
      ),
      ...scan.conditions,
    ),
  };
}

/** Every line of a scan, in no order, for a metric query. */
export function selectAllLines(scan: LogScan): Select {
  return {
    columns: [
      ...['stream_id', 'time_unix_nano', 'body'].map((name) => ({ expr: column(name) })),
      ...metadataColumns.map(([name, expr]) => as(expr, metadataAlias(name))),
    ],
    from: source(logs),
    where: scanCondition(scan),
  };
}

/** Slots of equal width: slot k holds the lines with from + k·width < time <= from + (k+1)·width. */
export interface Slots {
  readonly fromNano: UnixNano;
  readonly widthNano: bigint;
}

export type Counted = 'lines' | 'bytes';

/** Lines or bytes per slot and group. */
export function selectCounts(
  scan: LogScan,
  slots: Slots,
  counted: Counted,
  keys: readonly Projection[],
): Select {
  const sinceStart = op(column('time_unix_nano'), '-', typed(slots.fromNano + 1n, 'Int64'));
  const slot = call('intDiv', sinceStart, typed(slots.widthNano, 'Int64'));
  const count = counted === 'lines' ? call('count') : call('sum', call('length', column('body')));
  return {
    columns: [...keys, as(slot, 'slot'), as(call('toFloat64', count), 'total')],
    from: source(logs),
    where: scanCondition(scan),
    groupBy: [...keys.map((key) => column(key.as as string)), column('slot')],
  };
}
