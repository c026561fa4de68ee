// What the parts of one query share while it is answered.
import type { Clock } from '#lib/clock.ts';
import { InputError, OperationError } from '#lib/errors.ts';
import type { ReadOptions, StoreReader } from '#store/contract.ts';
import {
  type Stream,
  type StreamRow,
  type StreamWindow,
  selectStreams,
  toStream,
} from '../compile/stream.ts';
import type { LogqlLimits } from '../limits.ts';
import type { PushDown } from '../plan/plan.ts';
import type { Matcher } from '../syntax/ast.ts';
import type { QueryStats } from './stats.ts';

export interface QueryContext {
  readonly reader: StoreReader;
  readonly tenant: string;
  readonly limits: LogqlLimits;
  readonly pushDown: PushDown;
  /** No supersets. */
  readonly isStrict: boolean;
  readonly read: ReadOptions;
  readonly stats: QueryStats;
  /** Absent where no query waits, as for a deletion. */
  readonly deadline?: Deadline;
}

/** The same query with these settings of the engine for its reads. */
export const withSettings = (
  context: QueryContext,
  settings: NonNullable<ReadOptions['settings']>,
): QueryContext => ({ ...context, read: { ...context.read, settings } });

/** `query.timeout` for all reads of a query together, and for what is done with their lines. */
export interface Deadline {
  readonly clock: Clock;
  readonly atMs: number;
}

export function checkDeadline({ deadline, limits }: QueryContext): void {
  if (!deadline || deadline.clock.monotonicMs() <= deadline.atMs) return;
  throw new OperationError(
    'query_timeout',
    `the query timed out after ${limits.timeoutMs} ms; ask for less time, or raise query.timeout`,
    { retryable: false },
  );
}

/** Lines between two looks at the clock. */
const linesPerLook = 1024;

export async function readStreams(
  { reader, read }: Pick<QueryContext, 'reader' | 'read'>,
  window: StreamWindow,
  matchers: readonly Matcher[],
): Promise<Stream[]> {
  const rows = await reader.rows<StreamRow>(selectStreams(window, matchers), read);
  return rows.map(toStream);
}

/** Counts a line that came out of the engine. */
export function countLine(context: QueryContext, line: string): void {
  const { stats, limits } = context;
  stats.linesRead++;
  if (stats.linesRead % linesPerLook === 0) checkDeadline(context);
  stats.bytesRead += line.length;
  if (stats.linesRead > limits.linesScannedMax) {
    throw new InputError(
      'limit_samples',
      `cannot run the query: it reads more than ${limits.linesScannedMax} lines (query.max_lines_scanned)`,
      { hint: narrower },
    );
  }
  if (limits.bytesScannedMax > 0 && stats.bytesRead > limits.bytesScannedMax) {
    throw new InputError(
      'limit_samples',
      `cannot run the query: it reads more than ${limits.bytesScannedMax} bytes of lines (query.max_bytes_scanned)`,
      { hint: narrower },
    );
  }
}

const narrower = 'Choose a shorter time range or a narrower selector.';

/** Refuses more series than there is room for at so many steps, before their grids are made. */
export function checkPoints({ limits }: QueryContext, series: number, steps: number): void {
  if (series * steps <= limits.samplesMax) return;
  throw new InputError(
    'limit_samples',
    `cannot run the query: ${series} series at ${steps} steps are more than ${limits.samplesMax} points (query.max_samples)`,
    { hint: 'Aggregate with sum by (…), or choose a longer step.' },
  );
}

/** Refuses what is not pushed down when everything has to be. */
export function requirePushDown(
  { pushDown }: QueryContext,
  isPushedDown: boolean,
  what: string,
): void {
  if (pushDown !== 'always' || isPushedDown) return;
  throw new InputError(
    'logql_push_down',
    `cannot answer ${what} in SQL alone, as query.push_down: always asks`,
  );
}
