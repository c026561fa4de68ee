// Positions of log sources in a file: one JSON list per line, `[key, offset, identity, cursor]`, or `[key]`
// for one that is forgotten; the last line of a key counts. What is set is appended, and on an interval
// brought to the disk; when the file has grown it is written anew beside itself and renamed.
import { mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, OperationError } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import type { PositionStore, SourcePosition } from '#pipeline/log/entry.ts';
import { closeQuietly, syncFile, syncFolder } from './sync-file.ts';

export interface DiskPositionsOptions {
  /** Its folder is made. */
  readonly path: string;
  readonly logger: Logger;
  /** How often what was set is brought to the disk. */
  readonly flushIntervalMs?: number;
  /** Appended bytes after which the file is written anew. */
  readonly appendedBytesMax?: number;
}

const flushIntervalMs = 1000;
const appendedBytesMax = 1 << 20;

export class DiskPositions implements PositionStore {
  readonly #options: DiskPositionsOptions;
  readonly #positions = new Map<string, SourcePosition>();
  /** Keys that were set or deleted since the last line was written. */
  readonly #changed = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #descriptor: number;
  #appendedBytes = 0;
  #isSynced = true;
  #hasFailed = false;
  /** Lines that were written while the file is being written anew: they belong into both. */
  #alsoNew: string[] | undefined;
  #flushing: Promise<void> = Promise.resolve();

  /** Throws OperationError `positions_unreadable` when the file cannot be read or made. */
  constructor(options: DiskPositionsOptions) {
    this.#options = options;
    const { path } = options;
    try {
      mkdirSync(dirname(path), { recursive: true });
      const isTorn = this.#read();
      this.#descriptor = openSync(path, 'a');
      if (isTorn) writeSync(this.#descriptor, '\n');
    } catch (cause) {
      const message = `cannot read the positions of log files in ${path}: ${messageOf(cause)}`;
      throw new OperationError('positions_unreadable', message, { retryable: false, cause });
    }
    const every = options.flushIntervalMs ?? flushIntervalMs;
    this.#timer = setInterval(() => void this.flush(), every).unref();
  }

  get(key: string): SourcePosition | undefined {
    return this.#positions.get(key);
  }

  set(key: string, position: SourcePosition): void {
    this.#positions.set(key, position);
    this.#changed.add(key);
  }

  delete(key: string): void {
    if (this.#positions.delete(key)) this.#changed.add(key);
  }

  list(prefix: string): readonly (readonly [string, SourcePosition])[] {
    return [...this.#positions].filter(([key]) => key.startsWith(prefix));
  }

  save(): void {
    if (this.#changed.size === 0) return;
    const text = [...this.#changed].map((key) => this.#line(key)).join('');
    try {
      writeWhole(this.#descriptor, text);
      this.#alsoNew?.push(text);
      this.#changed.clear();
      this.#appendedBytes += text.length;
      this.#isSynced = false;
      this.#hasFailed = false;
    } catch (error) {
      this.#report(error);
    }
  }

  /** What fails is logged once and tried again the next time. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(async () => {
      this.save();
      if (this.#isSynced) return;
      this.#isSynced = true;
      try {
        if (this.#appendedBytes > (this.#options.appendedBytesMax ?? appendedBytesMax)) {
          await this.#writeAnew();
        } else await syncFile(this.#descriptor);
      } catch (error) {
        this.#isSynced = false;
        this.#report(error);
      }
    });
    return this.#flushing;
  }

  /** Flushes and closes; nothing may be set afterwards. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
    closeQuietly(this.#descriptor);
  }

  /** True when the last line has no end: it was torn by a crash. */
  #read(): boolean {
    let text = '';
    try {
      text = readFileSync(this.#options.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    this.#appendedBytes = text.length;
    let unreadable = 0;
    for (const line of text.split('\n')) if (line !== '' && !this.#readLine(line)) unreadable++;
    if (unreadable > 0) {
      const { path, logger } = this.#options;
      logger.warn('lines of the positions file were passed over', { path, lines: unreadable });
    }
    return text !== '' && !text.endsWith('\n');
  }

  #readLine(line: string): boolean {
    try {
      const [key, offset, identity, cursor] = JSON.parse(line) as unknown[];
      if (typeof key !== 'string') return false;
      if (offset === undefined) {
        this.#positions.delete(key);
        return true;
      }
      if (!Number.isSafeInteger(offset) || typeof identity !== 'string') return false;
      if (typeof cursor !== 'string') return false;
      this.#positions.set(key, { offset: offset as number, identity, cursor });
      return true;
    } catch {
      return false;
    }
  }

  #line(key: string): string {
    const position = this.#positions.get(key);
    const fields = position ? [key, position.offset, position.identity, position.cursor] : [key];
    return `${JSON.stringify(fields)}\n`;
  }

  async #writeAnew(): Promise<void> {
    const { path } = this.#options;
    const text = [...this.#positions.keys()].map((key) => this.#line(key)).join('');
    this.#alsoNew = [];
    try {
      const file = await open(`${path}.new`, 'w');
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      const descriptor = openSync(`${path}.new`, 'a');
      // In one go: a line that is saved from now on has to be in the file with the name.
      for (const line of this.#alsoNew) writeWhole(descriptor, line);
      renameSync(`${path}.new`, path);
      closeQuietly(this.#descriptor);
      this.#descriptor = descriptor;
      this.#appendedBytes = 0;
      await syncFile(descriptor);
      await syncFolder(dirname(path));
    } finally {
      this.#alsoNew = undefined;
    }
  }

  #report(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    const { path, logger } = this.#options;
    logger.error('cannot save the positions of log sources; lines may come twice after a restart', {
      path,
      error: messageOf(error),
    });
  }
}

function writeWhole(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}
