// Lists of numbers that are filled again and again without being made anew.

export class FloatList {
  length = 0;
  #values = new Float64Array(64);

  push(value: number): void {
    if (this.length === this.#values.length) {
      const grown = new Float64Array(this.length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.length++] = value;
  }

  /** Valid until the next push. */
  view(): Float64Array {
    return this.#values.subarray(0, this.length);
  }
}

export class IntegerList {
  length = 0;
  /** The first `length` of them count. */
  values = new Int32Array(64);

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new Int32Array(this.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }

  /** Valid until the next push. */
  view(): Int32Array {
    return this.values.subarray(0, this.length);
  }
}
