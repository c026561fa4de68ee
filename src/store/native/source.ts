// Bytes that arrive in pieces, for a decoder that is a generator: it yields when it has run out and
// goes on when the next piece is there. So that whole columns are read without a pause, and nothing
// of a block has to be read twice.

/** What decoders are: they yield to ask for more bytes and return what they read. */
export type Steps<T> = Generator<undefined, T, undefined>;

export class ByteSource {
  /** The piece being read; readers may look ahead to `end` themselves. */
  bytes: Buffer = Buffer.alloc(0);
  at = 0;
  end = 0;
  #next: Buffer[] = [];

  push(piece: Buffer): void {
    if (this.at === this.end && this.#next.length === 0) this.#use(piece);
    else this.#next.push(piece);
  }

  /** Everything not read yet; for the text of an exception. */
  rest(): Buffer {
    return Buffer.concat([this.bytes.subarray(this.at, this.end), ...this.#next]);
  }

  get isEmpty(): boolean {
    return this.at === this.end && this.#next.length === 0;
  }

  /** Makes at least one byte available in `bytes`. */
  *more(): Steps<void> {
    while (this.at === this.end) {
      const piece = this.#next.shift();
      if (piece) this.#use(piece);
      else yield;
    }
  }

  *byte(): Steps<number> {
    if (this.at === this.end) yield* this.more();
    return this.bytes[this.at++] as number;
  }

  *varint(): Steps<number> {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = yield* this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  }

  /** Fills `target`; one copy. */
  *fill(target: Uint8Array): Steps<void> {
    let filled = 0;
    while (filled < target.length) {
      if (this.at === this.end) yield* this.more();
      const size = Math.min(this.end - this.at, target.length - filled);
      target.set(this.bytes.subarray(this.at, this.at + size), filled);
      this.at += size;
      filled += size;
    }
  }

  *text(): Steps<string> {
    const size = yield* this.varint();
    if (this.end - this.at >= size) {
      const from = this.at;
      this.at += size;
      return this.bytes.toString('utf8', from, this.at);
    }
    const whole = Buffer.allocUnsafe(size);
    yield* this.fill(whole);
    return whole.toString('utf8');
  }

  #use(piece: Buffer): void {
    this.bytes = piece;
    this.at = 0;
    this.end = piece.length;
  }
}
