// How many spans of its trace stand before a span in its request: what the siblings in a trace are
// numbered by (query/traceql/eval/tree.ts). Small numbers, which take few bits on disk.

export class TraceOrder {
  /** Of traces whose spans do not stand side by side; by 48 bits of their ids. */
  readonly #counts = new Map<number, number>();
  #trace = Number.NaN;
  #count = 0;

  /** Counts a span; its trace id are the 16 bytes from `from`. */
  next(bytes: Uint8Array, from: number): number {
    const trace = keyAt(bytes, from + 10);
    if (trace !== this.#trace) {
      if (this.#count > 0) this.#counts.set(this.#trace, this.#count);
      this.#trace = trace;
      this.#count = this.#counts.get(trace) ?? 0;
    }
    return this.#count++;
  }
}

const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] as number;

function keyAt(bytes: Uint8Array, at: number): number {
  const high = (byteAt(bytes, at) << 16) | (byteAt(bytes, at + 1) << 8) | byteAt(bytes, at + 2);
  const low = (byteAt(bytes, at + 3) << 16) | (byteAt(bytes, at + 4) << 8) | byteAt(bytes, at + 5);
  return high * 0x1000000 + low;
}
