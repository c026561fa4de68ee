// A growing list of doubles that is used again for every data point.

export class DoubleList {
  #values = new Float64Array(64);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const grown = new Float64Array(this.length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.length++] = value;
  }

  /** 0 beyond the end. */
  at(index: number): number {
    return index < this.length ? (this.#values[index] as number) : 0;
  }

  clear(): void {
    this.length = 0;
  }
}
