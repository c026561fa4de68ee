// Bytes that come in any pieces become lines; what is longer than the limit is cut.

export class LineCutter {
  readonly #bytesMax: number;
  #rest: Buffer = Buffer.alloc(0);

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Lines without their LF (and CR before it). */
  push(chunk: Buffer): Buffer[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const lines: Buffer[] = [];
    let at = 0;
    while (at < bytes.length) {
      const end = bytes.indexOf(10, at);
      const stop = end < 0 ? bytes.length : end;
      if (stop - at > this.#bytesMax) {
        const cut = betweenCharacters(bytes, at + this.#bytesMax);
        lines.push(bytes.subarray(at, cut));
        at = cut;
      } else if (end < 0) break;
      else {
        const isCrLf = end > at && bytes[end - 1] === 13;
        lines.push(bytes.subarray(at, isCrLf ? end - 1 : end));
        at = end + 1;
      }
    }
    // A copy, so that a short rest does not keep a long chunk.
    this.#rest = Buffer.from(bytes.subarray(at));
    return lines;
  }

  /** A last line without an end. */
  end(): Buffer[] {
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    return rest.length > 0 ? [rest] : [];
  }
}

/** Not within a character of UTF-8. */
export function betweenCharacters(bytes: Buffer, at: number): number {
  let cut = at;
  while (cut > 0 && cut > at - 3 && ((bytes[cut] as number) & 0xc0) === 0x80) cut--;
  return cut;
}
