// The series of a tenant by a hash of what their labels are made of: open addressing on typed arrays,
// at most half full, so that a known span costs one look and no text.
import type {
  GeneratedCounter,
  GeneratedHistogram,
  GeneratedSeries,
} from '#pipeline/metric-registry.ts';

/** The series that one span counts in; those that are not asked for are undefined. */
export interface Entry {
  /** One of them: they all get what it gets, so that they end with it. */
  readonly lead: GeneratedSeries;
  readonly calls: GeneratedCounter | undefined;
  readonly latency: GeneratedHistogram | undefined;
  readonly size: GeneratedCounter | undefined;
}

const stride = 2;
/** Some 20 MB. Spans of one series may have many keys: names that no label shows, values that are cut. */
const keysMax = 200_000;

export class EntryTable {
  readonly #keysMax: number;
  /** Pairs: low and high half of the key; both 0 is free. */
  #keys = new Int32Array(256 * stride);
  #entries: (Entry | undefined)[] = new Array(256);
  #count = 0;

  /** With more keys than that it starts over: the series are found again by their labels. */
  constructor(max = keysMax) {
    this.#keysMax = max;
  }

  get size(): number {
    return this.#count;
  }

  find(low: number, high: number): Entry | undefined {
    return this.#entries[this.#indexOf(low | 0, usable(low, high))];
  }

  /** Enters a key, or gives it another entry. */
  set(low: number, high: number, entry: Entry): void {
    if ((this.#count + 1) * 2 > this.#entries.length) this.#rebuild();
    const key = usable(low, high);
    const index = this.#indexOf(low | 0, key);
    if (this.#entries[index] === undefined) this.#count++;
    this.#keys[index * stride] = low;
    this.#keys[index * stride + 1] = key;
    this.#entries[index] = entry;
  }

  /** Leaves out what has ended; grows if that makes no room. */
  #rebuild(): void {
    const keys = this.#keys;
    const entries = this.#entries;
    const alive = entries.reduce((sum, entry) => sum + (entry?.lead.isAlive ? 1 : 0), 0);
    const isFull = alive >= this.#keysMax;
    const capacity = alive * 4 > entries.length && !isFull ? entries.length * 2 : entries.length;
    this.#keys = new Int32Array(capacity * stride);
    this.#entries = new Array(capacity);
    this.#count = 0;
    if (isFull) return;
    entries.forEach((entry, i) => {
      if (!entry?.lead.isAlive) return;
      this.set(keys[i * stride] as number, keys[i * stride + 1] as number, entry);
    });
  }

  /** Where the key is, or would go. */
  #indexOf(low: number, high: number): number {
    const keys = this.#keys;
    const mask = this.#entries.length - 1;
    for (let index = low & mask; ; index = (index + 1) & mask) {
      const keyLow = keys[index * stride];
      const keyHigh = keys[index * stride + 1];
      if (keyLow === low && keyHigh === high) return index;
      if (keyLow === 0 && keyHigh === 0) return index;
    }
  }
}

/** The key of zeros marks free places, so it is kept as another one. */
const usable = (low: number, high: number): number => (low === 0 && high === 0 ? 1 : high | 0);
