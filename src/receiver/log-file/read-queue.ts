// Whose turn it is to be read: a few at once, the others in the order in which they came. One that waits for
// the store keeps its place, and no other from being read while there are places left.

export class ReadQueue<T> {
  readonly #placesMax: number;
  readonly #read: (one: T) => Promise<boolean>;
  readonly #waiting = new Set<T>();
  readonly #reading = new Set<T>();
  readonly #workers = new Set<Promise<void>>();
  #placesTaken = 0;

  /** `read` must not reject; true: there is more, and it is in the queue again. */
  constructor(placesMax: number, read: (one: T) => Promise<boolean>) {
    this.#placesMax = placesMax;
    this.#read = read;
  }

  /** Whether it waits for its turn, or is being read. */
  has(one: T): boolean {
    return this.#waiting.has(one) || this.#reading.has(one);
  }

  /** Nothing happens if it is there already. */
  add(one: T): void {
    if (this.has(one)) return;
    this.#waiting.add(one);
    if (this.#placesTaken >= this.#placesMax) return;
    this.#placesTaken++;
    const worker = this.#work().finally(() => this.#workers.delete(worker));
    this.#workers.add(worker);
  }

  /** Forgets who waits; resolves when nobody is being read. */
  async close(): Promise<void> {
    while (this.#workers.size > 0) {
      this.#waiting.clear();
      await Promise.all(this.#workers);
    }
  }

  async #work(): Promise<void> {
    for (let one = this.#next(); one !== undefined; one = this.#next()) {
      this.#reading.add(one);
      const hasMore = await this.#read(one);
      this.#reading.delete(one);
      if (hasMore) this.#waiting.add(one);
    }
    this.#placesTaken--;
  }

  #next(): T | undefined {
    const [one] = this.#waiting;
    if (one !== undefined) this.#waiting.delete(one);
    return one;
  }
}
