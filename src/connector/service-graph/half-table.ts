// Halves of edges that wait for the other half: an open-addressing table over arrays of numbers, without
// an object per half, about 70 bytes each. In: 64-bit keys, as two unsigned halves; out: places in the
// arrays, which are valid until that half is removed. Halves are chained in the order of their arrival.

/** Bits of `flags`. */
export const halfFlag = { server: 1, failed: 2, messaging: 4, stored: 8 } as const;

const none = -1;
const capacityFirst = 1024;

export class HalfTable {
  size = 0;
  keyLow = new Uint32Array(0);
  keyHigh = new Uint32Array(0);
  /** Number of the HalfNode. */
  node = new Uint32Array(0);
  flags = new Uint8Array(0);
  seenMs = new Float64Array(0);
  durationSeconds = new Float64Array(0);
  /** Nanoseconds since 1970: the end of a producer, the start of a consumer; else 0. */
  timeNano = new BigInt64Array(0);
  /** 16 bytes each. */
  traceIds = new Uint8Array(0);
  /** The one that waits longest, -1 when none does. */
  oldest = none;
  /** Of those that are not stored, the one that waits longest. */
  oldestUnstored = none;
  #newest = none;
  #next = new Int32Array(0);
  #previous = new Int32Array(0);
  #free = none;
  /** Places + 1 by hash; 0 is empty. A power of two, at most half full. */
  #index = new Int32Array(0);

  constructor() {
    this.#grow(capacityFirst);
  }

  /** The place of a key, or -1. */
  find(low: number, high: number): number {
    const index = this.#index;
    const mask = index.length - 1;
    for (let i = low & mask; ; i = (i + 1) & mask) {
      const place = (index[i] as number) - 1;
      if (place < 0) return none;
      if (this.keyLow[place] === low && this.keyHigh[place] === high) return place;
    }
  }

  /** A place for a key that is not in the table; the caller fills the other arrays. */
  add(low: number, high: number, seenMs: number): number {
    if (this.#free === none) this.#grow(this.flags.length * 2);
    const place = this.#free;
    this.#free = this.#next[place] as number;
    this.keyLow[place] = low;
    this.keyHigh[place] = high;
    this.seenMs[place] = seenMs;
    this.#next[place] = none;
    this.#previous[place] = this.#newest;
    if (this.#newest === none) this.oldest = place;
    else this.#next[this.#newest] = place;
    this.#newest = place;
    if (this.oldestUnstored === none) this.oldestUnstored = place;
    this.#insert(place);
    this.size++;
    return place;
  }

  remove(place: number): void {
    this.#unindex(place);
    const next = this.#next[place] as number;
    const previous = this.#previous[place] as number;
    if (previous === none) this.oldest = next;
    else this.#next[previous] = next;
    if (next === none) this.#newest = previous;
    else this.#previous[next] = previous;
    if (this.oldestUnstored === place) this.oldestUnstored = next;
    this.#next[place] = this.#free;
    this.#free = place;
    this.size--;
  }

  /** The one that came next, or -1. */
  after(place: number): number {
    return this.#next[place] as number;
  }

  /** Of all halves, in the order of their arrival. */
  places(): number[] {
    const found: number[] = [];
    for (let place = this.oldest; place !== none; place = this.after(place)) found.push(place);
    return found;
  }

  /** Moves `oldestUnstored` over those that are stored now. */
  skipStored(): void {
    while (
      this.oldestUnstored !== none &&
      ((this.flags[this.oldestUnstored] as number) & halfFlag.stored) !== 0
    ) {
      this.oldestUnstored = this.#next[this.oldestUnstored] as number;
    }
  }

  #insert(place: number): void {
    const index = this.#index;
    const mask = index.length - 1;
    let i = (this.keyLow[place] as number) & mask;
    while (index[i] !== 0) i = (i + 1) & mask;
    index[i] = place + 1;
  }

  /** Takes a place out of the index, and moves up what had to make way for it. */
  #unindex(place: number): void {
    const index = this.#index;
    const mask = index.length - 1;
    let hole = (this.keyLow[place] as number) & mask;
    while (index[hole] !== place + 1) hole = (hole + 1) & mask;
    for (let i = (hole + 1) & mask; index[i] !== 0; i = (i + 1) & mask) {
      const home = (this.keyLow[(index[i] as number) - 1] as number) & mask;
      // It may move to the hole unless its home lies after the hole.
      if (((i - home) & mask) < ((i - hole) & mask)) continue;
      index[hole] = index[i] as number;
      hole = i;
    }
    index[hole] = 0;
  }

  #grow(capacity: number): void {
    const before = this.flags.length;
    this.keyLow = grown(new Uint32Array(capacity), this.keyLow);
    this.keyHigh = grown(new Uint32Array(capacity), this.keyHigh);
    this.node = grown(new Uint32Array(capacity), this.node);
    this.flags = grown(new Uint8Array(capacity), this.flags);
    this.seenMs = grown(new Float64Array(capacity), this.seenMs);
    this.durationSeconds = grown(new Float64Array(capacity), this.durationSeconds);
    this.traceIds = grown(new Uint8Array(capacity * 16), this.traceIds);
    this.#next = grown(new Int32Array(capacity), this.#next);
    this.#previous = grown(new Int32Array(capacity), this.#previous);
    const times = new BigInt64Array(capacity);
    times.set(this.timeNano);
    this.timeNano = times;
    for (let place = before; place < capacity; place++) {
      this.#next[place] = place + 1 === capacity ? this.#free : place + 1;
    }
    this.#free = before;
    this.#index = new Int32Array(capacity * 2);
    for (let place = this.oldest; place !== none; place = this.after(place)) this.#insert(place);
  }
}

type Numbers = Uint8Array | Uint32Array | Int32Array | Float64Array;

function grown<A extends Numbers>(larger: A, values: A): A {
  larger.set(values);
  return larger;
}
