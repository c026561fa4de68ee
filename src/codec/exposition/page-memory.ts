// The lines of the last page of a target, in their order: pages rarely change but for their values,
// so that most lines are found by comparing bytes with the line that came next last time.
import type { EntryKind } from './page.ts';

const stride = 4;

export class PageMemory {
  /** The page, kept whole: lines are places in it. */
  bytes: Uint8Array = new Uint8Array(0);
  count = 0;
  /** Per line: from, to, id, kind. */
  #lines = new Int32Array(64 * stride);
  /** Per id: its line and one, or 0. */
  #lineOf = new Int32Array(64);

  /** Empties it for the lines of a page. */
  start(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.count = 0;
    this.#lineOf.fill(0);
  }

  add(from: number, to: number, id: number, kind: EntryKind): void {
    const base = this.count * stride;
    if (base + stride > this.#lines.length) this.#lines = grown(this.#lines, base + stride);
    const lines = this.#lines;
    lines[base] = from;
    lines[base + 1] = to;
    lines[base + 2] = id;
    lines[base + 3] = kind;
    this.count++;
    if (id >= this.#lineOf.length) this.#lineOf = grown(this.#lineOf, id + 1);
    this.#lineOf[id] = this.count;
  }

  from(line: number): number {
    return this.#lines[line * stride] as number;
  }
  to(line: number): number {
    return this.#lines[line * stride + 1] as number;
  }
  id(line: number): number {
    return this.#lines[line * stride + 2] as number;
  }
  kind(line: number): EntryKind {
    return this.#lines[line * stride + 3] as EntryKind;
  }

  /** The line of an id, or -1. */
  lineOf(id: number): number {
    return ((this.#lineOf[id] as number) || 0) - 1;
  }

  /** Bytes held. */
  get byteLength(): number {
    return this.bytes.byteLength + this.#lines.byteLength + this.#lineOf.byteLength;
  }
}

function grown(array: Int32Array<ArrayBuffer>, needed: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(needed, array.length * 2));
  larger.set(array);
  return larger;
}
