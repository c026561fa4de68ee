// Halves of edges of the service graph that wait for the other half.
import type { UnixMs } from '#model/unit.ts';
import { hourOfMs } from '#model/unit.ts';
import { and, column, isIn, literal, op, type Select, typed } from '#sql/tree.ts';
import { between, defineTable, ofTenant, source } from './table.ts';

export const edgeHalves = defineTable({
  name: 'otel_edge_halves',
  signal: 'traces',
  partition: 'bucket',
  isReplacing: true,
  materialized: [],
  columns: {
    tenant: 'LowCardinality(String)',
    bucket: 'Int32',
    edge_key: 'UInt64',
    is_server: 'UInt8',
    owner: 'UInt64',
    written_ms: 'Int64',
    expires_ms: 'Int64',
    trace_id: 'FixedString(16)',
    span_time_unix_nano: 'Int64',
    duration_nano: 'Int64',
    flags: 'UInt8',
    service_name: 'LowCardinality(String)',
    service_namespace: 'LowCardinality(String)',
    peer: 'LowCardinality(String)',
    dimensions: 'Map(LowCardinality(String), String)',
  },
});

/** Bits of `flags`. */
export const edgeHalfFlag = { failed: 1, messaging: 2, released: 4 } as const;

const columns = Object.keys(edgeHalves.columns).map((name) => ({ expr: column(name) }));

const written = (sinceMs: UnixMs, untilMs: UnixMs) =>
  and(
    between('bucket', hourOfMs(sinceMs), hourOfMs(untilMs)),
    op(column('written_ms'), '>=', typed(BigInt(Math.trunc(sinceMs)), 'Int64')),
  );

/** All halves of these edges that were written between two times. */
export const halvesOfEdges = (
  tenant: string,
  edgeKeys: readonly bigint[],
  sinceMs: UnixMs,
  untilMs: UnixMs,
): Select => ({
  columns,
  from: source(edgeHalves),
  where: and(
    ofTenant(tenant),
    written(sinceMs, untilMs),
    isIn(
      column('edge_key'),
      edgeKeys.map((key) => literal(key)),
    ),
  ),
});

const released = op(column('flags'), '>=', literal(edgeHalfFlag.released));

/** The half that was released last between two times, of all tenants. */
export const lastReleasedHalf = (sinceMs: UnixMs, untilMs: UnixMs): Select => ({
  columns,
  from: source(edgeHalves),
  where: and(written(sinceMs, untilMs), released),
  orderBy: [{ expr: column('written_ms'), isDescending: true }],
  limit: 1,
});

/** Halves that were released at one time, of all tenants, in the order in which they expire. */
export const releasedHalves = (atMs: UnixMs, limit: number, offset: number): Select => ({
  columns,
  from: source(edgeHalves),
  where: and(
    written(atMs, atMs),
    op(column('written_ms'), '=', typed(BigInt(Math.trunc(atMs)), 'Int64')),
    released,
  ),
  orderBy: ['expires_ms', 'tenant', 'edge_key', 'is_server'].map((name) => ({
    expr: column(name),
  })),
  limit,
  offset,
});
