// Reads request bodies: bounded in size and time. What is held is taken from the budget first, and
// never much more than has arrived: who announces a large body and sends nothing keeps nobody out.
import type { Readable } from 'node:stream';
import { decompress, type Encoding, isHttpEncoding } from '#lib/compression.ts';
import { InputError, OperationError } from '#lib/errors.ts';
import type { ByteHold } from './byte-budget.ts';
import type { Exchange } from './exchange.ts';

export interface BodyLimits {
  /** For the body as sent and for what it decompresses to. */
  readonly bytesMax: number;
  readonly timeoutMs: number;
}

/** The decompressed body of an HTTP request; `onReceived` is told how long it was as sent. */
export async function readHttpBody(
  exchange: Exchange,
  hold: ByteHold,
  limits: BodyLimits,
  onReceived: (bytes: number) => void,
): Promise<Uint8Array> {
  const encoding = contentEncodingOf(exchange.headers['content-encoding']);
  const declared = exchange.headers['content-length'];
  const length = declared === undefined ? undefined : Number(declared);
  const raw = await readBytes(exchange.input, {
    ...limits,
    hold,
    length,
    onAdmitted: () => exchange.sendContinue(),
  });
  onReceived(raw.length);
  return decompressBody(encoding, raw, hold, limits.bytesMax);
}

function contentEncodingOf(header: string | undefined): Encoding {
  const name = header?.trim().toLowerCase() || 'identity';
  const known = name === 'x-gzip' ? 'gzip' : name;
  if (isHttpEncoding(known)) return known;
  throw new InputError(
    'http_unsupported_encoding',
    `cannot read a body with Content-Encoding '${name}'`,
    { hint: 'Send it as identity, gzip, deflate, zstd or snappy.' },
  );
}

/** Decompresses what was read; the result is charged to `hold` beside the bytes as sent. */
export async function decompressBody(
  encoding: Encoding,
  raw: Uint8Array,
  hold: ByteHold,
  bytesMax: number,
): Promise<Uint8Array> {
  if (encoding === 'identity') return raw;
  const result = await decompress(encoding, raw, bytesMax);
  if (result.kind === 'too-large') throw bodyTooLarge(bytesMax, 'decompresses to');
  if (result.kind === 'corrupt') {
    throw new InputError(
      'http_body_corrupt',
      `cannot decompress the body as ${encoding}: ${result.reason}`,
    );
  }
  admit(hold, result.bytes.length);
  return result.bytes;
}

export interface ReadSettings extends BodyLimits {
  readonly hold: ByteHold;
  /** Bytes to come, when the sender has said so. */
  readonly length?: number | undefined;
  /** For formats with the length in front: undefined as long as `head` is too short to tell. */
  readonly lengthOf?: (head: Uint8Array) => number | undefined;
  /** Called when the first bytes are admitted and before any is read. */
  readonly onAdmitted?: () => void;
}

/** Everything until the end of `source`. Stops reading, but does not close it, when it throws. */
export function readBytes(source: Readable, settings: ReadSettings): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const collector = new Collector(settings);
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      source.off('data', onChunk).off('end', onEnd).off('close', onClose);
      source.pause();
      act();
    };
    const onChunk = (chunk: Uint8Array): void => {
      try {
        collector.push(chunk);
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const onEnd = (): void => settle(() => resolve(collector.finish()));
    const onClose = (): void =>
      settle(() =>
        reject(
          new InputError('http_body_aborted', 'the client went away before its body was whole'),
        ),
      );
    const timer = setTimeout(() => {
      const message = `the body did not arrive within ${settings.timeoutMs} ms`;
      settle(() => reject(new InputError('http_body_timeout', message)));
    }, settings.timeoutMs);
    try {
      if (settings.length !== undefined) collector.expect(settings.length);
      settings.onAdmitted?.();
    } catch (error) {
      settle(() => reject(error));
      return;
    }
    if (source.readableEnded) onEnd();
    else if (source.destroyed) onClose();
    else source.on('data', onChunk).on('end', onEnd).on('close', onClose);
  });
}

/** Reserved of an announced body before anything of it has come: most bodies need no more. */
const headStartBytes = 1 << 16;

/** Puts chunks together: in one array once the length is known, else in a list until the end. */
class Collector {
  readonly #settings: ReadSettings;
  /** Grows with what comes, up to the length that was announced. */
  #whole: Uint8Array | undefined;
  #length = 0;
  #chunks: Uint8Array[] = [];
  #size = 0;

  constructor(settings: ReadSettings) {
    this.#settings = settings;
  }

  expect(length: number): void {
    if (length > this.#settings.bytesMax) throw bodyTooLarge(this.#settings.bytesMax, 'is');
    const { hold } = this.#settings;
    // What has no room now is refused now; the rest of what has is taken as it comes.
    if (!hold.fits(length - this.#size)) throw overloaded();
    const capacity = Math.min(length, Math.max(headStartBytes, this.#size));
    admit(hold, capacity - this.#size);
    this.#whole = Buffer.allocUnsafeSlow(capacity);
    this.#length = length;
    let at = 0;
    for (const chunk of this.#chunks) {
      this.#whole.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks = [];
  }

  push(chunk: Uint8Array): void {
    const end = this.#size + chunk.length;
    if (this.#whole) {
      if (end > this.#length) throw moreThanDeclared(this.#length);
      const whole = this.#room(this.#whole, end);
      whole.set(chunk, this.#size);
      this.#size = end;
      return;
    }
    if (end > this.#settings.bytesMax) throw bodyTooLarge(this.#settings.bytesMax, 'is');
    admit(this.#settings.hold, chunk.length);
    this.#chunks.push(chunk);
    this.#size = end;
    if (this.#settings.lengthOf) this.#expectFromHead(this.#settings.lengthOf);
  }

  /** `whole`, or twice as much of it, so that `end` bytes fit. */
  #room(whole: Uint8Array, end: number): Uint8Array {
    if (end <= whole.length) return whole;
    const capacity = Math.min(this.#length, Math.max(end, whole.length * 2));
    admit(this.#settings.hold, capacity - whole.length);
    const grown = Buffer.allocUnsafeSlow(capacity);
    grown.set(whole.subarray(0, this.#size));
    this.#whole = grown;
    return grown;
  }

  finish(): Uint8Array {
    if (this.#whole) return this.#whole.subarray(0, this.#size);
    const [only] = this.#chunks;
    if (this.#chunks.length === 1 && only) return only;
    return Buffer.concat(this.#chunks, this.#size);
  }

  #expectFromHead(lengthOf: (head: Uint8Array) => number | undefined): void {
    const head = this.finish();
    const length = lengthOf(head);
    if (length === undefined) return;
    if (this.#size > length) throw moreThanDeclared(length);
    // The usual small message: it came as one chunk and needs no other array.
    if (this.#size < length) this.expect(length);
  }
}

function admit(hold: ByteHold, bytes: number): void {
  if (!hold.take(bytes)) throw overloaded();
}

const overloaded = (): OperationError =>
  new OperationError(
    'server_overloaded',
    'cannot take more request bodies at the moment: too many are being held',
    { retryable: true, retryAfterMs: 1000 },
  );

const moreThanDeclared = (length: number): InputError =>
  new InputError('http_body_corrupt', `more bytes came than the ${length} that were announced`);

const bodyTooLarge = (bytesMax: number, verb: string): InputError =>
  new InputError('http_body_too_large', `the body ${verb} more than ${bytesMax} bytes`, {
    hint: 'Send smaller batches, or raise ingest.max_body_bytes.',
  });
