// The keys of what was counted not long ago, so that what is sent again is not counted again. 64-bit
// keys in two sets of numbers: when the newer one is full or old, the older one is forgotten.

const capacityFirst = 1024;

export class RecentKeys {
  readonly #keysMax: number;
  #newer = new KeySet(capacityFirst);
  #older = new KeySet(capacityFirst);

  /** Remembers at least the last `keysMax` keys since the last but one turn(), at most twice as many. */
  constructor(keysMax: number) {
    this.#keysMax = keysMax;
  }

  has(low: number, high: number): boolean {
    return this.#newer.has(low, high) || this.#older.has(low, high);
  }

  add(low: number, high: number): void {
    if (this.#newer.size >= this.#keysMax) this.turn();
    this.#newer.add(low, high);
  }

  /** Forgets what was added before the last turn. */
  turn(): void {
    const { size } = this.#newer;
    this.#older = this.#newer;
    this.#newer = new KeySet(Math.max(capacityFirst, 2 ** Math.ceil(Math.log2(size * 2 + 1))));
  }
}

/** Open addressing, at most half full. The key 0 stands for an empty place: it becomes 1. */
class KeySet {
  size = 0;
  #keys: Uint32Array;

  /** `capacity`: a power of two. */
  constructor(capacity: number) {
    this.#keys = new Uint32Array(capacity * 2);
  }

  has(low: number, high: number): boolean {
    return this.#keys[this.#place(this.#keys, low, high || 1) + 1] !== 0;
  }

  add(low: number, high: number): void {
    if (this.size * 4 >= this.#keys.length) this.#grow();
    if (this.#put(this.#keys, low, high || 1)) this.size++;
  }

  #place(keys: Uint32Array, low: number, high: number): number {
    const mask = keys.length - 1;
    for (let i = (low * 2) & mask; ; i = (i + 2) & mask) {
      const found = keys[i + 1];
      if (found === 0 || (found === high && keys[i] === low)) return i;
    }
  }

  #put(keys: Uint32Array, low: number, high: number): boolean {
    const at = this.#place(keys, low, high);
    if (keys[at + 1] !== 0) return false;
    keys[at] = low;
    keys[at + 1] = high;
    return true;
  }

  #grow(): void {
    const grown = new Uint32Array(this.#keys.length * 2);
    for (let i = 0; i < this.#keys.length; i += 2) {
      const high = this.#keys[i + 1] as number;
      if (high !== 0) this.#put(grown, this.#keys[i] as number, high);
    }
    this.#keys = grown;
  }
}
