// What all tables share: their declaration, which a test compares with the engine's DESCRIBE, and
// the conditions that every read needs (tenant, and hours or days, so that parts are pruned).
import type { TableName } from '#model/batch.ts';
import { dayOfMs, dayOfNano, hourOfMs, type UnixMs, type UnixNano } from '#model/unit.ts';
import { and, column, type Expr, eq, literal, op, type Source, table } from '#sql/tree.ts';

export interface TableDefinition<Column extends string = string> {
  readonly name: TableName;
  /** Engine types by column, in the engine's order. */
  readonly columns: Readonly<Record<Column, string>>;
  /** Columns that the engine computes: not written, and not part of `*`. */
  readonly materialized: readonly NoInfer<Column>[];
  /** Rows of one identity may stand there several times until merged: read with `source`. */
  readonly isReplacing: boolean;
  readonly signal: 'traces' | 'logs' | 'metrics';
  /** What a partition's number counts: days of this column. */
  readonly partition: 'day' | 'bucket';
}

export const defineTable = <const Column extends string>(
  definition: TableDefinition<Column>,
): TableDefinition<Column> => definition;

/** The table as a source in which every identity stands once. */
export const source = (definition: TableDefinition, alias?: string): Source =>
  table(definition.name, {
    ...(definition.isReplacing ? { isFinal: true } : {}),
    ...(alias === undefined ? {} : { as: alias }),
  });

const nanoPerHour = 3_600_000_000_000n;
const hourOfNano = (unixNano: UnixNano): number => Number(unixNano / nanoPerHour);

/** first <= name <= last. */
export const between = (name: string, first: number, last: number): Expr =>
  // `+ 0` makes 0 of -0, which would be a float to the engine.
  and(op(column(name), '>=', literal(first + 0)), op(column(name), '<=', literal(last + 0)));

export const ofTenant = (tenant: string): Expr => eq(column('tenant'), literal(tenant));

/** Rows with from <= time < to, for tables with a `bucket` and a time in nanoseconds. */
export const rowsBetweenNano = (
  timeColumn: string,
  tenant: string,
  fromNano: UnixNano,
  toNano: UnixNano,
): Expr =>
  and(
    ofTenant(tenant),
    between('bucket', hourOfNano(fromNano), hourOfNano(toNano)),
    op(column(timeColumn), '>=', literal(fromNano)),
    op(column(timeColumn), '<', literal(toNano)),
  );

/** Rows with from <= time <= to, for tables with a `bucket` and a `time` in milliseconds. */
export const rowsBetweenMs = (tenant: string, fromMs: UnixMs, toMs: UnixMs): Expr =>
  and(
    hoursBetweenMs(tenant, fromMs, toMs),
    op(column('time'), '>=', timeLiteral(fromMs)),
    op(column('time'), '<=', timeLiteral(toMs)),
  );

export const hoursBetweenMs = (tenant: string, fromMs: UnixMs, toMs: UnixMs): Expr =>
  and(ofTenant(tenant), between('bucket', hourOfMs(fromMs), hourOfMs(toMs)));

/** Identities that were seen on one of the days from `fromMs` to `toMs`. */
export const daysBetweenMs = (tenant: string, fromMs: UnixMs, toMs: UnixMs): Expr =>
  and(ofTenant(tenant), between('day', dayOfMs(fromMs), dayOfMs(toMs)));

export const daysBetweenNano = (tenant: string, fromNano: UnixNano, toNano: UnixNano): Expr =>
  and(ofTenant(tenant), between('day', dayOfNano(fromNano), dayOfNano(toNano)));

/** Milliseconds since 1970 as the engine's DateTime64(3); negative ones too. */
export const timeLiteral = (unixMs: number): Expr => ({
  kind: 'call',
  name: 'fromUnixTimestamp64Milli',
  args: [
    { kind: 'typed-literal', value: BigInt(Math.trunc(unixMs)), type: 'Int64' },
    literal('UTC'),
  ],
});
