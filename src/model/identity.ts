// Identities: what the big tables refer to by a 64-bit id (scopes, log streams, series, metadata).
// Their rows are written once per id and day. The cache knows the id of an identity from a hash of
// the bytes that the sender used for it, and the days whose row is committed, so that on the hot
// path an identity costs one look into a table.
//
// - Bounded: two generations of `entriesMax`; when the young one is full the old one is forgotten.
//   What was forgotten is only computed and sent again.
// - A row counts as sent when its batch is committed: until then other batches send it too, so that
//   no committed row ever names something that is not there.

const stride = 8;
const keyLowAt = 0;
const keyHighAt = 1;
const idLowAt = 2;
const idHighAt = 3;
/** The marks of the last two days whose row is committed; 0 is none. */
const dayAt = 4;
const otherDayAt = 5;
/** The last batch that carries a row of this identity, and for which day. */
const batchAt = 6;
const batchDayAt = 7;

/** A day as it is kept: never 0 (days lie within 2^17 of 1970). */
const markOf = (day: number): number => day ^ 0x40000000;

/** The rows of identities that one batch carries. */
export class IdentityClaims {
  readonly #cache: IdentityCache;
  readonly #serial: number;
  /** Triples: key low, key high, mark of the day. */
  #claimed: Int32Array = new Int32Array(48);
  #length = 0;

  constructor(cache: IdentityCache, serial: number) {
    this.#cache = cache;
    this.#serial = serial;
  }

  /** Whether this batch must carry the row of the identity at `slot` for `day`. */
  claim(slot: number, day: number): boolean {
    const entries = this.#cache.entries;
    const mark = markOf(day);
    if (entries[slot + dayAt] === mark || entries[slot + otherDayAt] === mark) return false;
    if (entries[slot + batchAt] === this.#serial && entries[slot + batchDayAt] === mark)
      return false;
    entries[slot + batchAt] = this.#serial;
    entries[slot + batchDayAt] = mark;
    this.#push(entries[slot + keyLowAt] as number, entries[slot + keyHighAt] as number, mark);
    return true;
  }

  /** To be called once, after the rows are committed. */
  committed(): void {
    if (this.#length > 0) this.#cache.changed();
    for (let i = 0; i < this.#length; i += 3) {
      const claimed = this.#claimed;
      const slot = this.#cache.find(claimed[i] as number, claimed[i + 1] as number);
      if (slot < 0) continue;
      const entries = this.#cache.entries;
      const mark = claimed[i + 2] as number;
      if (entries[slot + dayAt] === mark || entries[slot + otherDayAt] === mark) continue;
      entries[slot + otherDayAt] = entries[slot + dayAt] as number;
      entries[slot + dayAt] = mark;
    }
    this.#length = 0;
  }

  #push(keyLow: number, keyHigh: number, mark: number): void {
    if (this.#length + 3 > this.#claimed.length) {
      const grown = new Int32Array(this.#claimed.length * 2);
      grown.set(this.#claimed);
      this.#claimed = grown;
    }
    this.#claimed[this.#length++] = keyLow;
    this.#claimed[this.#length++] = keyHigh;
    this.#claimed[this.#length++] = mark;
  }
}

/**
 * Open addressing on typed arrays, at most half full. A slot is an index into `entries`; it is valid
 * until the next find() or add().
 */
export class IdentityCache {
  readonly #entriesMax: number;
  #young = new Int32Array(1024 * stride);
  #youngCount = 0;
  #old: Int32Array<ArrayBuffer> = new Int32Array(0);
  #serial = 0;
  #version = 0;

  /**
   * The default is for a million active series: fewer than there are, and every one of them is forgotten
   * before it is asked for again. It takes 128 MiB when both generations are full.
   */
  constructor(entriesMax = 1 << 20) {
    this.#entriesMax = entriesMax;
  }

  /** The young generation; what slots point into. */
  get entries(): Int32Array {
    return this.#young;
  }

  /** Another number after each commit of rows of identities, and after their deletion. */
  get version(): number {
    return this.#version;
  }

  changed(): void {
    this.#version++;
  }

  /** Bytes held. */
  get byteLength(): number {
    return this.#young.byteLength + this.#old.byteLength;
  }

  /** Starts the claims of one batch. */
  claims(): IdentityClaims {
    this.#serial = (this.#serial + 1) & 0x7fffffff || 1;
    return new IdentityClaims(this, this.#serial);
  }

  /** The slot of a key, or -1. */
  find(keyLow: number, keyHigh: number): number {
    const high = usableHigh(keyLow, keyHigh);
    const slot = probe(this.#young, keyLow | 0, high);
    if (!isFree(this.#young, slot)) return slot;
    if (this.#old.length === 0) return -1;
    const oldSlot = probe(this.#old, keyLow | 0, high);
    if (isFree(this.#old, oldSlot)) return -1;
    const old = this.#old;
    const kept = this.add(
      keyLow,
      keyHigh,
      old[oldSlot + idLowAt] as number,
      old[oldSlot + idHighAt] as number,
    );
    for (let i = dayAt; i < stride; i++) this.#young[kept + i] = old[oldSlot + i] as number;
    return kept;
  }

  /** Enters a key that find() does not know. */
  add(keyLow: number, keyHigh: number, idLow: number, idHigh: number): number {
    this.#makeRoom();
    const high = usableHigh(keyLow, keyHigh);
    const slot = probe(this.#young, keyLow | 0, high);
    const entries = this.#young;
    entries[slot + keyLowAt] = keyLow;
    entries[slot + keyHighAt] = high;
    entries[slot + idLowAt] = idLow;
    entries[slot + idHighAt] = idHigh;
    this.#youngCount++;
    return slot;
  }

  /** Forgets everything: rows of identities were deleted from the store, so all are sent again. */
  clear(): void {
    this.changed();
    this.#young = new Int32Array(1024 * stride);
    this.#youngCount = 0;
    this.#old = new Int32Array(0);
  }

  idLow(slot: number): number {
    return (this.#young[slot + idLowAt] as number) >>> 0;
  }

  idHigh(slot: number): number {
    return (this.#young[slot + idHighAt] as number) >>> 0;
  }

  #makeRoom(): void {
    if (this.#youngCount >= this.#entriesMax) {
      this.#old = this.#young;
      this.#young = new Int32Array(this.#old.length);
      this.#youngCount = 0;
    } else if ((this.#youngCount + 1) * 2 * stride > this.#young.length) {
      const smaller = this.#young;
      this.#young = new Int32Array(smaller.length * 2);
      for (let from = 0; from < smaller.length; from += stride) {
        if (isFree(smaller, from)) continue;
        const to = probe(
          this.#young,
          smaller[from + keyLowAt] as number,
          smaller[from + keyHighAt] as number,
        );
        for (let i = 0; i < stride; i++) this.#young[to + i] = smaller[from + i] as number;
      }
    }
  }
}

/** The key of zeros marks free slots, so it is kept as another one. */
const usableHigh = (keyLow: number, keyHigh: number): number =>
  keyLow === 0 && keyHigh === 0 ? 1 : keyHigh | 0;

const isFree = (entries: Int32Array, slot: number): boolean =>
  entries[slot + keyLowAt] === 0 && entries[slot + keyHighAt] === 0;

/** The slot of the key, or the free one where it would go. */
function probe(entries: Int32Array, keyLow: number, keyHigh: number): number {
  const mask = entries.length / stride - 1;
  for (let index = keyLow & mask; ; index = (index + 1) & mask) {
    const slot = index * stride;
    if (entries[slot + keyLowAt] === keyLow && entries[slot + keyHighAt] === keyHigh) return slot;
    if (isFree(entries, slot)) return slot;
  }
}
