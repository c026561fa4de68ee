// Pairs halves of edges and counts the edges. In: spans, one after the other, and halves that other
// processes have written; out: series in a registry. Everything here is synchronous.
//
// - A half waits for its counterpart under a key that both have. Edges to databases, and from outside to
//   a server whose span is a root, need no other half.
// - The key of an edge that was counted is remembered for a while: a span that comes again counts once.
// - A client half whose time is over becomes an edge to a virtual node if its span names the other side.
// Rules: https://grafana.com/docs/tempo/latest/metrics-from-traces/service_graphs/
import { Hash64 } from '#lib/hash.ts';
import type { Batch, OriginRun, TableRows } from '#model/batch.ts';
import { SpanCursor } from '#model/span-cursor.ts';
import type { EdgeHalf } from '#pipeline/edge-store.ts';
import type { MetricRegistry, TracePoint } from '#pipeline/metric-registry.ts';
import { RecentKeys } from '../recent-keys.ts';
import { type EdgeEnds, EdgeSeries } from './edge-series.ts';
import { type GraphResource, type HalfNode, HalfNodes, halfRole } from './half-node.ts';
import { HalfTable, halfFlag } from './half-table.ts';
import type { ServiceGraphSettings } from './settings.ts';
import { edgeTimeOf, secondsOf, spanKind, statusError } from './span-facts.ts';
import { edgeKeyOf, flagsOf, halvesOfKey } from './stored-half.ts';

/** Keys of a node's series beside those of pairs, which are twice the number of the server and a bit. */
const seriesKey = { database: -1, virtual: -2, unpaired: -3, dropped: -5 } as const;

/** Root spans have no key in common with anybody: theirs are of their own ids. */
const rootSeed = 0x726f6f74;
/**
 * `kept`: so many nodes are kept before those that nobody names are looked for. `used`: so many that differ
 * may wait, 100 MB with the longest values.
 */
const nodeLimits = { kept: 50_000, used: 100_000 };

export class Edges {
  readonly halves = new HalfTable();
  readonly #nodes: HalfNodes;
  readonly #recent: RecentKeys;
  readonly #settings: ServiceGraphSettings;
  readonly #registry: MetricRegistry;
  readonly #onEvict: (place: number) => void;
  readonly #hash = new Hash64();
  readonly #point = { traceIds: new Uint8Array(0) as Uint8Array, traceIdAt: 0, timeMs: 0 };
  #tenantLow = 0;
  #tenantHigh = 0;
  #tenant: string | undefined;
  readonly #nodeLimits: typeof nodeLimits;
  #nodesMax: number;

  /** `onEvict`: there is no room for the half at this place; it must expire it. */
  constructor(
    settings: ServiceGraphSettings,
    registry: MetricRegistry,
    onEvict: (place: number) => void,
    limits = nodeLimits,
  ) {
    this.#settings = settings;
    this.#registry = registry;
    this.#onEvict = onEvict;
    this.#nodes = new HalfNodes(settings);
    this.#recent = new RecentKeys(settings.maxItems);
    this.#nodeLimits = limits;
    this.#nodesMax = limits.kept;
  }

  /** A batch without origins makes no edges. */
  observe({ tenant, rows, origins = [] }: Batch<'traces'>, nowMs: number): void {
    this.#point.timeMs = nowMs;
    this.#enterTenant(tenant);
    for (const part of rows) {
      if (part.table === 'otel_spans') this.#observeRows(part, tenant, origins, nowMs);
    }
  }

  #observeRows(rows: TableRows, tenant: string, origins: readonly OriginRun[], nowMs: number) {
    const cursor = new SpanCursor(rows);
    let run = 0;
    let endRow = 0;
    let resource: GraphResource | undefined;
    while (cursor.next()) {
      while (cursor.row >= endRow) {
        const origin = origins[run++];
        if (origin === undefined) return;
        endRow = origin.endRow;
        resource = this.#nodes.resource(tenant, origin.resourceAttributes);
      }
      const { kind } = cursor;
      if (kind < spanKind.server || kind > spanKind.consumer || !resource?.service) continue;
      if (kind === spanKind.client || kind === spanKind.producer) {
        this.#observeClient(cursor, resource, nowMs);
      } else {
        this.#observeServer(cursor, resource, nowMs);
      }
    }
  }

  #observeClient(cursor: SpanCursor, resource: GraphResource, nowMs: number): void {
    const { row } = cursor;
    this.#nodes.wanted.read(cursor);
    const node = this.#nodes.ofSpan(resource, halfRole.client);
    this.#enterKey(cursor.traceIds, row * 16, cursor.spanIds, row * 8, 0);
    const { database } = this.#nodes.at(node);
    if (database === '') this.#observeHalf(cursor, node, 0, nowMs);
    else this.#countDatabase(cursor, node);
  }

  #observeServer(cursor: SpanCursor, resource: GraphResource, nowMs: number): void {
    const { row, isRoot } = cursor;
    const role = isRoot ? halfRole.root : halfRole.server;
    if (this.#nodes.needsAttributes(role)) this.#nodes.wanted.read(cursor);
    const node = this.#nodes.ofSpan(resource, role);
    const ids = isRoot ? cursor.spanIds : cursor.parentSpanIds;
    this.#enterKey(cursor.traceIds, row * 16, ids, row * 8, isRoot ? rootSeed : 0);
    if (isRoot) this.#countRoot(cursor, node);
    else this.#observeHalf(cursor, node, halfFlag.server, nowMs);
  }

  #observeHalf(cursor: SpanCursor, node: number, side: number, nowMs: number): void {
    const { halves } = this;
    const { low, high } = this.#hash;
    const isMessaging = cursor.kind >= spanKind.producer;
    const flags =
      side |
      (cursor.statusCode === statusError ? halfFlag.failed : 0) |
      (isMessaging ? halfFlag.messaging : 0);
    const found = halves.find(low, high);
    if (found === -1) {
      if (this.#recent.has(low, high)) return;
      if (halves.size >= this.#settings.maxItems) this.#onEvict(halves.oldest);
      const place = halves.add(low, high, nowMs);
      halves.node[place] = node;
      halves.flags[place] = flags;
      halves.durationSeconds[place] = secondsOf(cursor);
      halves.timeNano[place] = isMessaging ? edgeTimeOf(cursor) : 0n;
      const from = cursor.row * 16;
      const { traceIds } = halves;
      for (let i = 0; i < 16; i++) traceIds[place * 16 + i] = cursor.traceIds[from + i] as number;
    } else if (((halves.flags[found] as number) & halfFlag.server) !== side) {
      const seconds = secondsOf(cursor);
      this.#pair(found, node, flags, seconds, isMessaging ? edgeTimeOf(cursor) : 0n);
    }
  }

  /** The half at `place` with another one, which has these values. */
  #pair(place: number, node: number, flags: number, seconds: number, timeNano: bigint): void {
    const { halves } = this;
    const otherNode = halves.node[place] as number;
    const otherSeconds = halves.durationSeconds[place] as number;
    const otherNano = halves.timeNano[place] as bigint;
    const isServer = (flags & halfFlag.server) !== 0;
    const [client, server] = isServer ? [otherNode, node] : [node, otherNode];
    const all = flags | (halves.flags[place] as number);
    const isMessaging = (all & halfFlag.messaging) !== 0;
    let messagingSeconds = 0;
    if (timeNano !== 0n && otherNano !== 0n) {
      messagingSeconds = Number(isServer ? timeNano - otherNano : otherNano - timeNano) / 1e9;
    }
    this.#pairSeries(client, server, isMessaging).count(
      (all & halfFlag.failed) !== 0,
      isServer ? otherSeconds : seconds,
      isServer ? seconds : otherSeconds,
      messagingSeconds,
      this.#pointAtHalf(place),
    );
    this.forget(place);
  }

  /** The half at `place` with one that another process has written. */
  pairStored(place: number, other: EdgeHalf, nowMs: number): void {
    this.#point.timeMs = nowMs;
    const node = this.#nodes.ofStored(other);
    this.#pair(place, node, flagsOf(other), other.durationNano / 1e9, other.spanTimeUnixNano);
  }

  /** Removes a half whose edge is counted, here or elsewhere. */
  forget(place: number): void {
    const { halves } = this;
    this.#recent.add(halves.keyLow[place] as number, halves.keyHigh[place] as number);
    halves.remove(place);
  }

  /** The end of a half without a counterpart. `isKnownAlone`: nobody else has it, either. */
  expire(place: number, why: 'unpaired' | 'dropped', isKnownAlone: boolean, nowMs?: number): void {
    const { halves } = this;
    if (nowMs !== undefined) this.#point.timeMs = nowMs;
    const flags = halves.flags[place] as number;
    const node = this.#nodes.at(halves.node[place] as number);
    const isServer = (flags & halfFlag.server) !== 0;
    if (isKnownAlone && !isServer && node.peer !== '') {
      const seconds = halves.durationSeconds[place] as number;
      const isFailed = (flags & halfFlag.failed) !== 0;
      const series =
        node.series.get(seriesKey.virtual) ??
        this.#add(node, seriesKey.virtual, {
          ...{ client: node, clientName: node.service },
          ...{ server: undefined, serverName: node.peer, connectionType: 'virtual_node' },
        });
      series.count(isFailed, seconds, 0, 0, this.#pointAtHalf(place));
      this.forget(place);
      return;
    }
    const isMessaging = (flags & halfFlag.messaging) !== 0;
    const key = seriesKey[why] - Number(isMessaging);
    const series =
      node.series.get(key) ??
      this.#add(node, key, {
        ...(isServer
          ? { client: undefined, clientName: '', server: node, serverName: node.service }
          : { client: node, clientName: node.service, server: undefined, serverName: '' }),
        connectionType: isMessaging ? 'messaging_system' : '',
      });
    series.countLost(why);
    halves.remove(place);
  }

  /** Expires what waits since then or longer, and is nowhere else. */
  expireSeenBefore(ms: number, nowMs: number): void {
    const { halves } = this;
    while (halves.oldest !== -1 && (halves.seenMs[halves.oldest] as number) <= ms) {
      this.expire(halves.oldest, 'unpaired', true, nowMs);
    }
  }

  #countDatabase(cursor: SpanCursor, number: number): void {
    const { low, high } = this.#hash;
    if (this.#recent.has(low, high)) return;
    this.#recent.add(low, high);
    const waiting = this.halves.find(low, high);
    if (waiting !== -1) this.halves.remove(waiting);
    const node = this.#nodes.at(number);
    const seconds = secondsOf(cursor);
    const series =
      node.series.get(seriesKey.database) ??
      this.#add(node, seriesKey.database, {
        ...{ client: node, clientName: node.service },
        ...{ server: undefined, serverName: node.database, connectionType: 'database' },
      });
    series.count(cursor.statusCode === statusError, seconds, seconds, 0, this.#pointAt(cursor));
  }

  #countRoot(cursor: SpanCursor, number: number): void {
    const { low, high } = this.#hash;
    if (this.#recent.has(low, high)) return;
    this.#recent.add(low, high);
    const node = this.#nodes.at(number);
    const isFailed = cursor.statusCode === statusError;
    const series =
      node.series.get(seriesKey.virtual) ??
      this.#add(node, seriesKey.virtual, {
        ...{ client: undefined, clientName: node.peer || 'user' },
        ...{ server: node, serverName: node.service, connectionType: 'virtual_node' },
      });
    series.count(isFailed, 0, secondsOf(cursor), 0, this.#pointAt(cursor));
  }

  /** Forgets the keys of edges that were counted long ago. */
  turn(): void {
    this.#recent.turn();
    this.#nodes.forgetSeries();
  }

  /** Forgets what no half names any more, when it has become much. */
  compact(): void {
    if (this.#nodes.count <= this.#nodesMax) return;
    const { halves } = this;
    const usedNodes = () => new Set(halves.places().map((place) => halves.node[place] as number));
    let used = usedNodes();
    while (used.size > this.#nodeLimits.used) {
      for (let left = halves.size >> 1; left >= 0; left--) this.#onEvict(halves.oldest);
      used = usedNodes();
    }
    const numbers = this.#nodes.keep(used);
    for (const place of halves.places()) {
      halves.node[place] = numbers.get(halves.node[place] as number) as number;
    }
    this.#nodesMax = Math.max(this.#nodeLimits.kept, this.#nodes.count * 2);
  }

  /** A half as it is written to the store. */
  storedHalf(
    place: number,
    written: Pick<EdgeHalf, 'owner' | 'writtenMs' | 'isReleased'>,
  ): EdgeHalf {
    const { halves } = this;
    const flags = halves.flags[place] as number;
    const { tenant, service, serviceNamespace, peer, dimensions } = this.#nodes.at(
      halves.node[place] as number,
    );
    return {
      ...{ tenant, service, serviceNamespace, peer, dimensions, ...written },
      edgeKey: edgeKeyOf(halves.keyLow[place] as number, halves.keyHigh[place] as number),
      isServer: (flags & halfFlag.server) !== 0,
      isFailed: (flags & halfFlag.failed) !== 0,
      isMessaging: (flags & halfFlag.messaging) !== 0,
      expiresMs: (halves.seenMs[place] as number) + this.#settings.waitMs,
      traceId: halves.traceIds.slice(place * 16, place * 16 + 16),
      spanTimeUnixNano: halves.timeNano[place] as bigint,
      durationNano: Math.round((halves.durationSeconds[place] as number) * 1e9),
    };
  }

  /** The place of the half of an edge that waits here; -1 when none does, or the other side does. */
  placeOf({ edgeKey, isServer }: Pick<EdgeHalf, 'edgeKey' | 'isServer'>): number {
    const { low, high } = halvesOfKey(edgeKey);
    const place = this.halves.find(low, high);
    if (place === -1) return -1;
    const isServerHere = ((this.halves.flags[place] as number) & halfFlag.server) !== 0;
    return isServerHere === isServer ? place : -1;
  }

  /** Goes on to wait for the counterpart of a half that an earlier process has left. */
  takeUp(half: EdgeHalf, nowMs: number): void {
    const { halves } = this;
    const { low, high } = halvesOfKey(half.edgeKey);
    if (this.#recent.has(low, high)) return;
    const found = halves.find(low, high);
    if (found !== -1) {
      if (this.placeOf(half) === -1) this.pairStored(found, half, nowMs);
      return;
    }
    if (halves.size >= this.#settings.maxItems) return;
    const place = halves.add(low, high, half.expiresMs - this.#settings.waitMs);
    halves.node[place] = this.#nodes.ofStored(half);
    halves.flags[place] = flagsOf(half);
    halves.durationSeconds[place] = half.durationNano / 1e9;
    halves.timeNano[place] = half.spanTimeUnixNano;
    halves.traceIds.set(half.traceId, place * 16);
  }

  #enterTenant(tenant: string): void {
    if (tenant === this.#tenant) return;
    const bytes = new TextEncoder().encode(tenant);
    this.#hash.update(bytes, 0, bytes.length, 0, 0);
    this.#tenantLow = this.#hash.low;
    this.#tenantHigh = this.#hash.high;
    this.#tenant = tenant;
  }

  /** Leaves the key in `#hash`. It is stored: the same in every version and process. */
  #enterKey(
    traceIds: Uint8Array,
    traceAt: number,
    ids: Uint8Array,
    at: number,
    seed: number,
  ): void {
    const hash = this.#hash;
    hash.update(traceIds, traceAt, traceAt + 16, this.#tenantLow ^ seed, this.#tenantHigh);
    hash.update(ids, at, at + 8, hash.low, hash.high);
  }

  #pointAt({ traceIds, row }: SpanCursor): TracePoint {
    this.#point.traceIds = traceIds;
    this.#point.traceIdAt = row * 16;
    return this.#point;
  }

  #pointAtHalf(place: number): TracePoint {
    this.#point.traceIds = this.halves.traceIds;
    this.#point.traceIdAt = place * 16;
    return this.#point;
  }

  #pairSeries(client: number, server: number, isMessaging: boolean): EdgeSeries {
    const node = this.#nodes.at(client);
    const key = server * 2 + Number(isMessaging);
    const known = node.series.get(key);
    if (known) return known;
    const other = this.#nodes.at(server);
    return this.#add(node, key, {
      ...{ client: node, clientName: node.service, server: other, serverName: other.service },
      connectionType: isMessaging ? 'messaging_system' : '',
    });
  }

  #add(node: HalfNode, key: number, ends: EdgeEnds): EdgeSeries {
    const made = new EdgeSeries(this.#registry, this.#settings, node.tenant, ends);
    node.series.set(key, made);
    return made;
  }
}
