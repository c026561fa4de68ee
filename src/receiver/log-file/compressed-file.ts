// One compressed file. It is decoded from its beginning, past what was read before; offsets count bytes
// of the text. When its size changes after that, it is looked into again.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { messageOf } from '#lib/errors.ts';
import { unlessAborted } from '#lib/unless-aborted.ts';
import { type Compression, createDecoder } from './compression.ts';
import type { FollowedFile } from './followed-file.ts';
import { beginsAs, type FileIdentity, formatIdentity, hashOfHead, readHead } from './identity.ts';
import type { LineIntake } from './line-intake.ts';
import { idOf, statIfThere } from './plain-file.ts';
import { splitLines } from './split-lines.ts';
import type { Progress, TailContext } from './tail-context.ts';
import { type TextForm, textFormOf } from './text-form.ts';

export interface CompressedFileStart {
  readonly intake: LineIntake;
  readonly identity: FileIdentity;
  readonly path: string;
  readonly compression: Compression;
}

const chunkBytes = 1 << 18;

export class CompressedFile implements FollowedFile {
  readonly intake: LineIntake;
  readonly isOpen = false;
  readonly isBeingRead = false;
  readonly #context: TailContext;
  #identity: FileIdentity;
  readonly #compression: Compression;
  #path: string | undefined;
  #isFinishing = false;
  #seen = '';
  #seenMs: number;

  constructor(start: CompressedFileStart, context: TailContext) {
    this.intake = start.intake;
    this.#identity = start.identity;
    this.#path = start.path;
    this.#compression = start.compression;
    this.#context = context;
    this.#seenMs = context.clock.monotonicMs();
  }

  get id(): string {
    return idOf(this.#identity.device, this.#identity.inode);
  }

  get path(): string | undefined {
    return this.#path;
  }

  get idleMs(): number {
    return this.#context.clock.monotonicMs() - this.#seenMs;
  }

  follow(path: string): void {
    this.#path = path;
    this.#isFinishing = false;
  }

  leave(): void {
    this.#isFinishing = true;
  }

  finish(): void {
    this.#isFinishing = true;
  }

  async close(): Promise<void> {}

  /** It is opened by its path alone. */
  async look(): Promise<void> {}

  async poll(): Promise<Progress> {
    const path = this.#path;
    if (path === undefined) return 'done';
    try {
      const stats = await statIfThere(path);
      if (!stats || idOf(stats.dev, stats.ino) !== this.id) {
        this.#path = undefined;
        return 'done';
      }
      const seen = `${stats.size} ${stats.mtimeNs}`;
      if (seen === this.#seen) {
        return this.#isFinishing && this.intake.ledger.isSettled ? 'done' : 'idle';
      }
      this.intake.sizeBytes = Number(stats.size);
      await this.#identify(path, Number(stats.mtimeNs / 1_000_000n));
      this.#seen = seen;
      this.#seenMs = this.#context.clock.monotonicMs();
      await this.#read(path);
    } catch (error) {
      if (this.#context.signal.aborted) return 'idle';
      this.#context.instruments.encodingFailures();
      const why = messageOf(error);
      const isDenied = (error as NodeJS.ErrnoException).code === 'EACCES';
      const text = `open ${path}: ${isDenied ? 'permission denied' : why}`;
      this.#context.logger.error('cannot read a compressed log file to its end', {
        path,
        error: text,
      });
    }
    return 'some';
  }

  /** A compressed file that begins otherwise is another one: inodes are used again. */
  async #identify(path: string, modifiedMs: number): Promise<void> {
    const { ledger } = this.intake;
    const handle = await open(path, 'r');
    try {
      const head = await readHead(handle);
      if (!beginsAs(this.#identity, head)) ledger.restart(0);
      this.#identity = { ...this.#identity, headBytes: head.length, headHash: hashOfHead(head) };
      ledger.identify(formatIdentity(this.#identity), modifiedMs);
    } finally {
      await handle.close();
    }
  }

  async #read(path: string): Promise<void> {
    const { signal } = this.#context;
    const source = createReadStream(path);
    const decoder = createDecoder(this.#compression);
    source.on('error', (error) => decoder.destroy(error));
    source.pipe(decoder);
    try {
      let at = 0;
      let form: TextForm | undefined;
      let held: Buffer = Buffer.alloc(0);
      for await (const piece of decoder as AsyncIterable<Buffer>) {
        if (signal.aborted) return;
        form ??= textFormOf(this.#context.config.encoding, piece).form;
        const skipped = Math.min(Math.max(this.intake.ledger.offset - at, 0), piece.length);
        at += piece.length;
        held = Buffer.concat([held, piece.subarray(skipped)]);
        if (held.length >= chunkBytes) held = await this.#handOn(held, form, false);
      }
      if (form && !signal.aborted) await this.#handOn(held, form, true);
    } finally {
      source.destroy();
      decoder.destroy();
    }
  }

  /** Gives back what is no whole line yet. */
  async #handOn(given: Buffer, form: TextForm, isLast: boolean): Promise<Buffer> {
    const { ledger } = this.intake;
    const { encoding, lineBytesMax } = this.#context.config;
    let bytes = given;
    if (ledger.offset === 0) {
      const { markBytes } = textFormOf(encoding, bytes);
      if (markBytes > 0) await this.intake.handOn({ lines: [], starts: [], consumed: markBytes });
      bytes = bytes.subarray(markBytes);
    }
    while (bytes.length > 0 && !this.#context.signal.aborted) {
      const room = Math.min(bytes.length, ledger.readUntil - ledger.offset);
      const isWhole = room === bytes.length;
      const isEnd = !isWhole || isLast || room === ledger.readUntil - ledger.offset;
      const split = splitLines(bytes.subarray(0, room), { form, lineBytesMax, isEnd });
      if (split.consumed === 0) break;
      while (ledger.isFull && !this.#context.signal.aborted) await this.#untilSettled();
      await this.intake.handOn(split);
      bytes = bytes.subarray(split.consumed);
    }
    return bytes;
  }

  async #untilSettled(): Promise<void> {
    await unlessAborted(this.intake.ledger.settled(), this.#context.signal);
  }
}
