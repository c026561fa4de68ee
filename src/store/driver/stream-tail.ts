// An exception that the engine met after it had begun to answer stands at the end of the stream:
//   CR LF __exception__ CR LF TAG CR LF MESSAGE LF SIZE SP TAG CR LF __exception__ CR LF
// TAG is in the response's header, so that no row can look like it. In: the pieces of the stream;
// out: the exception, if there is one.
// https://clickhouse.com/docs/interfaces/http#http_response_codes_caveats
import { parseError } from '@clickhouse/client';

const marker = '__exception__';
/** The engine cuts the message at 16 KiB. */
const tailBytesMax = 1 << 15;

export class StreamTail {
  readonly #tag: string | undefined;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(tag: string | undefined) {
    this.#tag = tag;
  }

  push(piece: Buffer): void {
    const isEnough = piece.length >= tailBytesMax;
    this.#bytes = isEnough ? piece : Buffer.concat([this.#bytes, piece]).subarray(-tailBytesMax);
  }

  exception(): Error | undefined {
    if (this.#tag === undefined) return undefined;
    const head = `${marker}\r\n${this.#tag}\r\n`;
    const start = this.#bytes.lastIndexOf(head);
    if (start < 0) return undefined;
    const from = start + head.length;
    const end = this.#bytes.indexOf(`${this.#tag}\r\n${marker}`, from);
    const text = this.#bytes.toString('utf8', from, end < 0 ? undefined : end);
    return parseError(text.replace(/\n\d+ $/, ''));
  }
}
