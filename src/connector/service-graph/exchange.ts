// Halves of one edge that came to different processes find each other through the store. In: halves that
// have waited for a while; out: they are written, and edges of which the other half was written by
// another process are counted, by exactly one of the two:
//
// - An owner asks for the other half after it has written its own, once more a moment later, and when its
//   time is over. Who asks after its own commit sees all that was committed before, so at least one of two
//   owners sees both halves; the second question is for what was written at the same time.
// - Of two halves the one that was written later counts the edge; the owner of the earlier one finds the
//   later one at the latest when its time is over, and forgets its half.
// - Both agree whether the halves met: each was written before the time of the other was over. An owner
//   decides `settleMs` later, so that such a half is committed by then.
// docs/decisions/0013-edges-across-processes.md
import type { EdgeHalf, EdgeStore } from '#pipeline/edge-store.ts';
import type { Edges } from './edges.ts';
import { halfFlag } from './half-table.ts';
import type { ServiceGraphSettings } from './settings.ts';

/** For the clocks of processes to differ and for inserts to take. */
export const settleMs = 5000;
/** Halves of one write, or of one question. */
const halvesMax = 10_000;

export class EdgeExchange {
  readonly #edges: Edges;
  readonly #store: EdgeStore;
  readonly #owner: bigint;
  readonly #waitMs: number;
  readonly #localWaitMs: number;
  /** Halves to ask for once more, and when; in order. */
  #again: { readonly atMs: number; readonly halves: readonly EdgeHalf[] }[] = [];

  constructor(settings: ServiceGraphSettings, edges: Edges, store: EdgeStore, owner: bigint) {
    this.#edges = edges;
    this.#store = store;
    this.#owner = owner;
    this.#waitMs = settings.waitMs;
    this.#localWaitMs = Math.min(settings.localWaitMs, settings.waitMs);
  }

  /** Throws what the store throws; the next round goes on where this one stopped. */
  async round(nowMs: number): Promise<void> {
    await this.writeSeenBefore(nowMs - this.#localWaitMs, nowMs);
    // Those that wait so long for the store to answer are asked for when their time is over, anyway.
    this.#again = this.#again.filter(({ atMs }) => atMs > nowMs - this.#waitMs);
    for (const { atMs, halves } of this.#again.slice()) {
      if (atMs > nowMs) break;
      await this.#resolve(halves, nowMs, false);
      this.#again.shift();
    }
    await this.#expireSeenBefore(nowMs - this.#waitMs - settleMs, nowMs);
  }

  async writeSeenBefore(beforeMs: number, nowMs: number): Promise<void> {
    const { halves } = this.#edges;
    for (;;) {
      const some: EdgeHalf[] = [];
      const written = { owner: this.#owner, writtenMs: nowMs, isReleased: false };
      for (let place = halves.oldestUnstored; place !== -1; place = halves.after(place)) {
        if (some.length === halvesMax || (halves.seenMs[place] as number) > beforeMs) break;
        some.push(this.#edges.storedHalf(place, written));
      }
      if (some.length === 0) return;
      await this.#store.write(some);
      // Meanwhile some may have met their other half here.
      for (const half of some) {
        const place = this.#edges.placeOf(half);
        if (place !== -1) halves.flags[place] = (halves.flags[place] as number) | halfFlag.stored;
      }
      halves.skipStored();
      this.#again.push({ atMs: nowMs + settleMs, halves: some });
      await this.#resolve(some, nowMs, false);
    }
  }

  async #expireSeenBefore(beforeMs: number, nowMs: number): Promise<void> {
    const { halves } = this.#edges;
    const written = { owner: this.#owner, writtenMs: nowMs, isReleased: false };
    for (;;) {
      const some: EdgeHalf[] = [];
      for (let place = halves.oldest; place !== -1; place = halves.after(place)) {
        if (some.length === halvesMax || (halves.seenMs[place] as number) > beforeMs) break;
        some.push(this.#edges.storedHalf(place, written));
      }
      if (some.length === 0) return;
      await this.#resolve(some, nowMs, true);
    }
  }

  async #resolve(some: readonly EdgeHalf[], nowMs: number, isLast: boolean): Promise<void> {
    const waiting = some.filter((half) => this.#edges.placeOf(half) !== -1);
    for (const tenant of new Set(waiting.map((half) => half.tenant))) {
      const own = waiting.filter((half) => half.tenant === tenant);
      const keys = own.map(({ edgeKey }) => edgeKey);
      const sinceMs = nowMs - 2 * (this.#waitMs + settleMs);
      const found = byKey(await this.#store.find(tenant, keys, sinceMs));
      for (const half of own) this.#decide(half, found.get(half.edgeKey) ?? [], nowMs, isLast);
    }
  }

  #decide(half: EdgeHalf, found: readonly EdgeHalf[], nowMs: number, isLast: boolean): void {
    const place = this.#edges.placeOf(half);
    if (place === -1) return;
    const isMine = (other: EdgeHalf) =>
      other.owner === this.#owner && other.isServer === half.isServer;
    const mine = found.find(isMine);
    const others = mine
      ? found.filter((other) => other.owner !== mine.owner && met(mine, other))
      : [];
    const earliest = earliestOf(others.filter(({ isServer }) => isServer !== half.isServer));
    const rival = earliestOf(others.filter(({ isServer }) => isServer === half.isServer));
    if (mine && rival && isEarlier(rival, mine)) this.#edges.forget(place);
    else if (mine && earliest && isEarlier(earliest, mine)) {
      this.#edges.pairStored(place, earliest, nowMs);
    } else if (earliest) this.#edges.forget(place);
    else if (isLast) this.#edges.expire(place, 'unpaired', true, nowMs);
  }
}

/** Each was written before the time of the other was over. */
const met = (a: EdgeHalf, b: EdgeHalf): boolean =>
  a.writtenMs <= b.expiresMs && b.writtenMs <= a.expiresMs;

const isEarlier = (a: EdgeHalf, b: EdgeHalf): boolean =>
  a.writtenMs === b.writtenMs ? a.owner < b.owner : a.writtenMs < b.writtenMs;

const earliestOf = (halves: readonly EdgeHalf[]): EdgeHalf | undefined =>
  halves.reduce<EdgeHalf | undefined>(
    (first, half) => (first && isEarlier(first, half) ? first : half),
    undefined,
  );

function byKey(halves: readonly EdgeHalf[]): ReadonlyMap<bigint, readonly EdgeHalf[]> {
  const groups = new Map<bigint, EdgeHalf[]>();
  for (const half of halves) {
    const group = groups.get(half.edgeKey);
    if (group) group.push(half);
    else groups.set(half.edgeKey, [half]);
  }
  return groups;
}
