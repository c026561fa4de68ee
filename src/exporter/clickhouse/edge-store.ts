// Halves of edges that wait, in the table otel_edge_halves. In: plain objects of spans that waited long
// for their other side, a small part of all; out: rows, and the same objects again.
import type { Clock } from '#lib/clock.ts';
import type { Batch } from '#model/batch.ts';
import { heldBytes } from '#model/batch.ts';
import { sortedPairs } from '#model/canonical.ts';
import {
  appendMap,
  fixedString,
  int32,
  int64,
  string,
  stringMap,
  uint8,
  uint64,
} from '#model/column.ts';
import { hourOfMs } from '#model/unit.ts';
import type { EdgeHalf, EdgeStore } from '#pipeline/edge-store.ts';
import type { Store } from '#store/contract.ts';
import {
  edgeHalfFlag,
  halvesOfEdges,
  lastReleasedHalf,
  releasedHalves,
} from '#store/table/edge-halves.ts';

/** Rows as the reader gives them. */
interface HalfRow {
  readonly tenant: string;
  readonly edge_key: bigint;
  readonly is_server: number;
  readonly owner: bigint;
  readonly written_ms: bigint;
  readonly expires_ms: bigint;
  readonly trace_id: Uint8Array;
  readonly span_time_unix_nano: bigint;
  readonly duration_nano: bigint;
  readonly flags: number;
  readonly service_name: string;
  readonly service_namespace: string;
  readonly peer: string;
  readonly dimensions: ReadonlyMap<string, string>;
}

/** Keys of one question: about 100 KiB of SQL, of the 256 KiB that the engine takes. */
const keysMax = 4000;
/** Halves of one page of what was released: objects of about a kilobyte. */
const releasedPage = 20_000;

export function createEdgeStore(
  { writer, reader }: Pick<Store, 'writer' | 'reader'>,
  clock: Clock,
): EdgeStore {
  const write = async (halves: readonly EdgeHalf[]): Promise<void> => {
    const tenants = [...new Set(halves.map(({ tenant }) => tenant))];
    const batches = tenants.map((tenant) =>
      batchOf(
        tenant,
        halves.filter((half) => half.tenant === tenant),
      ),
    );
    await Promise.all(batches.map((batch) => writer.write(batch)));
  };
  return {
    write,
    find: async (tenant, edgeKeys, sinceMs) => {
      const found: EdgeHalf[] = [];
      for (let i = 0; i < edgeKeys.length; i += keysMax) {
        const keys = edgeKeys.slice(i, i + keysMax);
        const select = halvesOfEdges(tenant, keys, sinceMs, latestMs(clock));
        for (const row of await reader.rows<HalfRow>(select)) found.push(halfOf(row));
      }
      return found;
    },
    takeReleased: async (sinceMs, take) => {
      const select = lastReleasedHalf(sinceMs, latestMs(clock));
      const [newest] = (await reader.rows<HalfRow>(select)).map(halfOf);
      // Those of one stop have one time; the mark that they are taken has a later one, and no service.
      if (newest === undefined || newest.service === '') return;
      await write([{ ...newest, service: '', owner: 0n, writtenMs: clock.nowMs() }]);
      for (let offset = 0; ; offset += releasedPage) {
        const page = releasedHalves(newest.writtenMs, releasedPage, offset);
        const halves = (await reader.rows<HalfRow>(page)).map(halfOf);
        take(halves);
        if (halves.length < releasedPage) return;
      }
    },
  };
}

/** Clocks of other processes may be ahead. */
const latestMs = (clock: Clock): number => clock.nowMs() + 600_000;

function batchOf(tenant: string, halves: readonly EdgeHalf[]): Batch<'traces'> {
  const columns = {
    bucket: int32(),
    edge_key: uint64(),
    is_server: uint8(),
    owner: uint64(),
    written_ms: int64(),
    expires_ms: int64(),
    trace_id: fixedString(16),
    span_time_unix_nano: int64(),
    duration_nano: int64(),
    flags: uint8(),
    service_name: string(),
    service_namespace: string(),
    peer: string(),
    dimensions: stringMap(),
  };
  for (const half of halves) {
    columns.bucket.data.i32(hourOfMs(half.writtenMs));
    columns.edge_key.data.big64(half.edgeKey);
    columns.is_server.data.u8(Number(half.isServer));
    columns.owner.data.big64(half.owner);
    columns.written_ms.data.big64(BigInt(Math.trunc(half.writtenMs)));
    columns.expires_ms.data.big64(BigInt(Math.trunc(half.expiresMs)));
    columns.trace_id.data.append(half.traceId);
    columns.span_time_unix_nano.data.big64(half.spanTimeUnixNano);
    columns.duration_nano.data.big64(BigInt(Math.trunc(half.durationNano)));
    columns.flags.data.u8(flagsOf(half));
    columns.service_name.appendText(half.service);
    columns.service_namespace.appendText(half.serviceNamespace);
    columns.peer.appendText(half.peer);
    appendMap(columns.dimensions, half.dimensions);
  }
  const rows = [{ table: 'otel_edge_halves' as const, columns }];
  return { signal: 'traces', tenant, items: 0, identities: [], rows, byteLength: heldBytes(rows) };
}

const flagsOf = ({ isFailed, isMessaging, isReleased }: EdgeHalf): number =>
  (isFailed ? edgeHalfFlag.failed : 0) +
  (isMessaging ? edgeHalfFlag.messaging : 0) +
  (isReleased ? edgeHalfFlag.released : 0);

const halfOf = (row: HalfRow): EdgeHalf => ({
  tenant: row.tenant,
  edgeKey: row.edge_key,
  isServer: row.is_server === 1,
  owner: row.owner,
  writtenMs: Number(row.written_ms),
  expiresMs: Number(row.expires_ms),
  isReleased: (row.flags & edgeHalfFlag.released) !== 0,
  traceId: row.trace_id,
  spanTimeUnixNano: row.span_time_unix_nano,
  durationNano: Number(row.duration_nano),
  isFailed: (row.flags & edgeHalfFlag.failed) !== 0,
  isMessaging: (row.flags & edgeHalfFlag.messaging) !== 0,
  service: row.service_name,
  serviceNamespace: row.service_namespace,
  peer: row.peer,
  dimensions: sortedPairs(row.dimensions),
});
