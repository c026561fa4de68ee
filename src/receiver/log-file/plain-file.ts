// One file that is written to while it is read. It is the same file whatever its name: when its path
// belongs to another one, it is read to its end and left.
import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { messageOf } from '#lib/errors.ts';
import type { FollowedFile } from './followed-file.ts';
import {
  beginsAs,
  type FileIdentity,
  formatIdentity,
  hashOfHead,
  headBytesMax,
  readHead,
} from './identity.ts';
import type { LineIntake } from './line-intake.ts';
import { type SplitLines, splitLines } from './split-lines.ts';
import type { Progress, TailContext } from './tail-context.ts';
import { type TextForm, textFormOf } from './text-form.ts';

const chunkBytes = 1 << 18;
/** For what is added after the file was looked at. */
const spareBytes = 4096;
/** Of one file, before the next one has its turn. */
const chunksPerTurn = 8;

export interface PlainFileStart {
  readonly intake: LineIntake;
  readonly identity: FileIdentity;
  readonly path: string;
  /** If it is open already. */
  readonly handle: FileHandle | undefined;
  /** Opens it where it was renamed to. */
  readonly openRenamed: (identity: FileIdentity) => Promise<FileHandle | undefined>;
  /** Its content is gone; `offset` bytes of what began so were read. */
  readonly onTruncated: (identity: FileIdentity, offset: number) => void;
}

export class PlainFile implements FollowedFile {
  readonly intake: LineIntake;
  readonly #context: TailContext;
  readonly #start: PlainFileStart;
  #identity: FileIdentity;
  /** Where it was seen last. */
  #path: string;
  /** Another file has its path now, or nobody asked for it by that. */
  #isLeft = false;
  #handle: FileHandle | undefined;
  #form: TextForm | undefined;
  #chunkBytes = chunkBytes;
  /** Size and time of change when it was read last. */
  #seen = '';
  #seenMs: number;
  #trouble = '';
  #isUnreadable = false;
  /** Its size is known. */
  #isLookedAt = false;
  #isFinishing = false;
  #endsAt: number | undefined;
  #isBeingRead = false;

  constructor(start: PlainFileStart, context: TailContext) {
    this.intake = start.intake;
    this.#identity = start.identity;
    this.#path = start.path;
    this.#handle = start.handle;
    this.#start = start;
    this.#context = context;
    this.#seenMs = context.clock.monotonicMs();
  }

  get id(): string {
    return idOf(this.#identity.device, this.#identity.inode);
  }

  get path(): string | undefined {
    return this.#isLeft ? undefined : this.#path;
  }

  get isOpen(): boolean {
    return this.#handle !== undefined;
  }

  get isBeingRead(): boolean {
    return this.#isBeingRead;
  }

  get idleMs(): number {
    return this.#context.clock.monotonicMs() - this.#seenMs;
  }

  follow(path: string): void {
    this.#path = path;
    this.#isLeft = false;
    this.#isFinishing = false;
    this.#endsAt = undefined;
  }

  leave(): void {
    this.#isLeft = true;
  }

  finish(): void {
    this.#isFinishing = true;
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close().catch(() => {});
  }

  async look(): Promise<void> {
    try {
      if (!this.#isLeft) await this.#look();
    } catch {
      // The next poll looks, too, and says it.
    }
  }

  async poll(): Promise<Progress> {
    this.#isBeingRead = true;
    try {
      const progress = await this.#poll();
      this.#trouble = '';
      return progress;
    } catch (error) {
      this.#report(error);
      await this.close();
      return this.#idle();
    } finally {
      this.#isBeingRead = false;
    }
  }

  async #poll(): Promise<Progress> {
    const { ledger } = this.intake;
    const stats = await this.#look();
    if (stats === undefined) return this.#idle();
    this.#isLookedAt = true;
    this.intake.sizeBytes = Number(stats.size);
    if (this.#isFinishing) this.#endsAt ??= Number(stats.size);
    if (this.#endsAt !== undefined && ledger.offset >= this.#endsAt) {
      return ledger.isSettled ? 'done' : 'idle';
    }
    if (stats.size < ledger.offset) this.#restart('it is shorter than what was read of it');
    const seen = `${stats.size} ${stats.mtimeNs}`;
    const isEnd = seen === this.#seen && this.#isLastLineDue(Number(stats.size));
    if (seen === this.#seen && !isEnd) return this.#idle();
    if (ledger.isFull) {
      this.#context.instruments.waited();
      return 'some';
    }
    if (seen !== this.#seen) this.#seenMs = this.#context.clock.monotonicMs();
    const handle = await this.#opened();
    if (!handle) return 'some';
    const progress = await this.#read(handle, stats, isEnd);
    if (progress !== 'more') this.#seen = seen;
    return progress;
  }

  /** Of this file, wherever it is; undefined when it is nowhere. */
  async #look(): Promise<BigIntStats | undefined> {
    if (!this.#isLeft) {
      const stats = await statIfThere(this.#path);
      if (stats?.isFile() && idOf(stats.dev, stats.ino) === this.id) return stats;
      this.#isLeft = true;
    }
    if (!this.#handle) await this.#hold(await this.#start.openRenamed(this.#identity));
    return this.#handle?.stat({ bigint: true });
  }

  /** One handle is enough: it may have been opened meanwhile. */
  async #hold(handle: FileHandle | undefined): Promise<void> {
    if (this.#handle) await handle?.close();
    else this.#handle = handle;
  }

  #isLastLineDue(size: number): boolean {
    const { partialLineWaitMs, leaveAfterMs } = this.#context;
    const waitMs = this.#isLeft || this.#isFinishing ? leaveAfterMs : partialLineWaitMs;
    return this.intake.ledger.offset < size && !this.#isUnreadable && this.idleMs >= waitMs;
  }

  #idle(): Progress {
    const { path, sizeBytes, ledger } = this.intake;
    const isLeft = this.#isLeft || this.#isFinishing;
    if (!isLeft || this.idleMs < this.#context.leaveAfterMs) return 'idle';
    // Left earlier, it would be found again at its position, which is behind what was handed on.
    if (!ledger.isSettled) return 'idle';
    if (!this.#isUnreadable && (ledger.offset < sizeBytes || !this.#isLookedAt)) {
      const bytes = Math.max(sizeBytes - ledger.offset, 0);
      this.#context.instruments.gone();
      this.#context.logger.warn('log file is gone before it was read to its end', { path, bytes });
    }
    return 'done';
  }

  /** Undefined when it was renamed since it was looked at. */
  async #opened(): Promise<FileHandle | undefined> {
    if (this.#handle) return this.#handle;
    await this.#hold(await openAt(this.#path, this.id));
    return this.#handle;
  }

  async #read(handle: FileHandle, stats: BigIntStats, isEnd: boolean): Promise<Progress> {
    for (let turn = 0; turn < chunksPerTurn && !this.#context.signal.aborted; turn++) {
      const { ledger } = this.intake;
      const from = ledger.offset;
      const wanted = Math.min(this.#chunkBytes, ledger.readUntil - from);
      const room = Math.max(Number(stats.size) - from, 0) + spareBytes;
      const bytes = await readAt(handle, from, Math.min(wanted, room));
      if (!(await this.#isStillTheSame(handle, stats))) return 'more';
      if (bytes.length === 0) return 'some';
      if (from === 0 && isGzip(bytes)) return this.#refuseCompressed();
      const isReplay = from + bytes.length === ledger.readUntil;
      const isLast = isReplay || (isEnd && from + bytes.length === Number(stats.size));
      const split = this.#split(bytes, isLast);
      if (split.consumed > 0) await this.intake.handOn(split);
      const isWhole = bytes.length === wanted;
      if (!isWhole) return 'some';
      this.#chunkBytes = split.consumed > 0 ? chunkBytes : this.#largerChunk();
      if (ledger.isFull) return 'more';
    }
    return 'more';
  }

  #split(bytes: Buffer, isEnd: boolean): SplitLines {
    const { encoding, lineBytesMax } = this.#context.config;
    const isStart = this.intake.ledger.offset === 0;
    if (isStart || !this.#form) {
      const { form, markBytes } = textFormOf(encoding, bytes);
      this.#form = form;
      if (isStart && markBytes > 0) return { lines: [], starts: [], consumed: markBytes };
    }
    return splitLines(bytes, { form: this.#form, lineBytesMax, isEnd });
  }

  /** A chunk that holds no whole line has to grow, up to the line that is cut. */
  #largerChunk(): number {
    return Math.max(
      chunkBytes,
      Math.min(this.#chunkBytes * 4, this.#context.config.lineBytesMax + 4),
    );
  }

  /**
   * Whether the file begins as it did; to be asked after its bytes were read. Copy-truncate fills a file
   * anew, maybe beyond what was read of it.
   */
  async #isStillTheSame(handle: FileHandle, stats: BigIntStats): Promise<boolean> {
    const head = await readHead(handle);
    if (!beginsAs(this.#identity, head)) {
      this.#restart('it begins with other lines than before');
      return false;
    }
    if (head.length > this.#identity.headBytes) {
      const headBytes = Math.min(head.length, headBytesMax);
      this.#identity = { ...this.#identity, headBytes, headHash: hashOfHead(head) };
    }
    const { encoding } = this.#context.config;
    if (this.intake.ledger.offset > 0) this.#form ??= textFormOf(encoding, head).form;
    const modifiedMs = Number(stats.mtimeNs / 1_000_000n);
    this.intake.ledger.identify(formatIdentity(this.#identity), modifiedMs);
    return true;
  }

  #restart(why: string): void {
    this.#context.logger.info('log file was truncated: it is read from its beginning', {
      path: this.intake.path,
      why,
    });
    this.#context.instruments.truncated();
    this.#start.onTruncated(this.#identity, this.intake.ledger.offset);
    this.intake.ledger.restart(0);
    this.#identity = { ...this.#identity, headBytes: 0, headHash: hashOfHead(new Uint8Array()) };
    this.#form = undefined;
    this.#isUnreadable = false;
    this.#seen = '';
  }

  #refuseCompressed(): Progress {
    if (!this.#isUnreadable) {
      this.#context.logger.warn('log file is compressed and not read; say so by decompression', {
        path: this.intake.path,
      });
    }
    this.#isUnreadable = true;
    return 'some';
  }

  #report(error: unknown): void {
    const trouble = messageOf(error);
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    const why = (error as NodeJS.ErrnoException).code === 'EACCES' ? 'permission denied' : trouble;
    this.#context.logger.error('failed to tail file', {
      path: this.intake.path,
      error: `open ${this.#path}: ${why}`,
    });
  }
}

export const idOf = (device: bigint, inode: bigint): string => `${device}:${inode}`;

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Open, if it is that file: device and inode, as by `idOf`. */
export async function openAt(path: string, id: string): Promise<FileHandle | undefined> {
  const handle = await open(path, 'r');
  const { dev, ino } = await handle.stat({ bigint: true });
  if (idOf(dev, ino) === id) return handle;
  await handle.close();
  return undefined;
}

async function readAt(handle: FileHandle, from: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(bytes);
  const { bytesRead } = await handle.read(buffer, 0, bytes, from);
  return buffer.subarray(0, bytesRead);
}

export async function statIfThere(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** True as well when that cannot be told. */
export async function isThere(path: string): Promise<boolean> {
  try {
    return (await statIfThere(path)) !== undefined;
  } catch {
    return true;
  }
}
