// Messages out of a stream of bytes, framed as RFC 6587 says: by octet counting (`17 <34>1 …`) or by a
// line feed (or a NUL) at the end; a sender may change between them. Raw streams are lines.
// https://www.rfc-editor.org/rfc/rfc6587#section-3.4

export interface FramingOptions {
  readonly bytesMax: number;
  readonly isRaw: boolean;
  /** A message of more bytes was passed over. */
  readonly onTooLong: () => void;
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const LESS = 0x3c;
/** Of a count; more would be above any limit. */
const digitsMax = 9;

export class SyslogFraming {
  readonly #options: FramingOptions;
  #bytes: Buffer = Buffer.alloc(0);
  /** Of a message that is too long, still to come. */
  #skipBytes = 0;
  #skipsLine = false;

  constructor(options: FramingOptions) {
    this.#options = options;
  }

  /** The messages that are whole now, without their frames. */
  push(chunk: Buffer): Buffer[] {
    const bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    const frames: Buffer[] = [];
    let at = 0;
    while (at < bytes.length) {
      const next = this.#step(bytes, at, frames);
      if (next === undefined) break;
      at = next;
    }
    this.#bytes = Buffer.from(bytes.subarray(at));
    return frames;
  }

  /** The connection has ended: a last line without an end is a message. */
  end(): Buffer[] {
    const bytes = this.#bytes;
    this.#bytes = Buffer.alloc(0);
    if (bytes.length === 0 || this.#countAt(bytes, 0) !== 'none') return [];
    return [trimmed(bytes)];
  }

  /** Where to go on; undefined when more bytes are needed. */
  #step(bytes: Buffer, at: number, frames: Buffer[]): number | undefined {
    if (this.#skipBytes > 0) {
      const skipped = Math.min(this.#skipBytes, bytes.length - at);
      this.#skipBytes -= skipped;
      return at + skipped;
    }
    if (this.#skipsLine) {
      const end = bytes.indexOf(LF, at);
      this.#skipsLine = end < 0;
      return end < 0 ? bytes.length : end + 1;
    }
    const first = bytes[at] as number;
    if (first === LF || first === CR || first === 0) return at + 1;
    const count = this.#options.isRaw ? 'none' : this.#countAt(bytes, at);
    if (count === 'open') return undefined;
    return count === 'none' ? this.#line(bytes, at, frames) : this.#counted(bytes, count, frames);
  }

  #counted(bytes: Buffer, { from, size }: Count, frames: Buffer[]): number | undefined {
    const { bytesMax, onTooLong } = this.#options;
    if (size > bytesMax) {
      onTooLong();
      this.#skipBytes = size;
      return from;
    }
    if (bytes.length - from < size) return undefined;
    frames.push(trimmed(bytes.subarray(from, from + size)));
    return from + size;
  }

  #line(bytes: Buffer, at: number, frames: Buffer[]): number | undefined {
    const { bytesMax, onTooLong } = this.#options;
    const end = bytes.indexOf(LF, at);
    const size = (end < 0 ? bytes.length : end) - at;
    if (size > bytesMax) {
      onTooLong();
      this.#skipsLine = end < 0;
      return end < 0 ? bytes.length : end + 1;
    }
    if (end < 0) return undefined;
    frames.push(trimmed(bytes.subarray(at, end)));
    return end + 1;
  }

  /** MSG-LEN SP, which only counts before a `<`: a line may begin with digits, too. */
  #countAt(bytes: Buffer, from: number): Count | 'none' | 'open' {
    let at = from;
    while (at < bytes.length && at - from <= digitsMax && isDigit(bytes[at] as number)) at++;
    if (at === from || bytes[from] === 0x30 || at - from > digitsMax) return 'none';
    if (at >= bytes.length) return 'open';
    if (bytes[at] !== SPACE) return 'none';
    if (at + 1 >= bytes.length) return 'open';
    if (bytes[at + 1] !== LESS) return 'none';
    return { from: at + 1, size: Number(bytes.toString('latin1', from, at)) };
  }
}

interface Count {
  readonly from: number;
  readonly size: number;
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** Without the line feeds and NULs that some senders put at the end of any message. */
export function trimmed(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && [LF, CR, 0].includes(bytes[end - 1] as number)) end--;
  return bytes.subarray(0, end);
}
