// The files of one source: which are read, from where, and when it is the turn of each.
import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { messageOf } from '#lib/errors.ts';
import { CompressedFile } from './compressed-file.ts';
import { compressionOf } from './compression.ts';
import type { FileTarget } from './file-targets.ts';
import { FolderNames } from './folder-names.ts';
import type { FollowedFile } from './followed-file.ts';
import { type FileIdentity, formatIdentity, hashOfHead } from './identity.ts';
import type { FileCounts } from './instruments.ts';
import {
  type AllKnown,
  filesPerPathMax,
  headAt,
  type KnownFile,
  KnownFiles,
  knownAt,
} from './known-files.ts';
import { LineIntake } from './line-intake.ts';
import { findMissed, type MissedFile, type MissedQuestion } from './missed-files.ts';
import { idOf, PlainFile, statIfThere } from './plain-file.ts';
import { ReadLedger, uncommittedBytes } from './read-ledger.ts';
import { openRenamed } from './rotated-files.ts';
import type { Progress, TailContext } from './tail-context.ts';
import { twinOf } from './twin.ts';

export interface FileSetSettings {
  readonly openFilesMax: number;
  /** Bytes by path, of an agent that was here before. */
  readonly importedOffsets: ReadonlyMap<string, number>;
}

/** Files that are read at once. */
const readingMax = 4;
/** A file that nothing is added to is looked at once in so many polls at least. */
const idlePolls = 4;
/** Positions of files that are nowhere are forgotten after this long. */
const goneMsMax = 3_600_000;

interface Followed {
  readonly file: FollowedFile;
  target: FileTarget;
  nextMs: number;
  pauseMs: number;
}

export class FileSet {
  readonly #context: TailContext;
  readonly #settings: FileSetSettings;
  readonly #known: KnownFiles;
  readonly #followed = new Map<string, Followed>();
  /** With a handle; the one that was read last is last. */
  readonly #open = new Set<FollowedFile>();
  readonly #troubles = new Map<string, string>();
  /** Keys of files that were reported as gone. */
  readonly #gone = new Set<string>();
  readonly #goneSinceMs = new Map<string, number>();
  #found: ReadonlyMap<string, FileTarget> = new Map();
  /** Keys of targets whose files were shown before: what is found later is new. */
  #shown: ReadonlySet<string> = new Set();

  constructor(context: TailContext, settings: FileSetSettings) {
    this.#context = context;
    this.#settings = settings;
    this.#known = new KnownFiles(context.positions, context.config.id);
  }

  *counts(): Iterable<FileCounts> {
    for (const { file } of this.#followed.values()) yield file.intake;
  }

  /** All files that are asked for, each with the target that has it. */
  async show(
    found: ReadonlyMap<string, FileTarget>,
    targets: readonly FileTarget[],
  ): Promise<void> {
    this.#found = found;
    const byPath = new Map<string, Followed>();
    for (const followed of this.#followed.values()) {
      const { path } = followed.file;
      if (path === undefined) continue;
      const target = found.get(path);
      if (target) {
        byPath.set(path, followed);
        // It may have been away for a moment, between a rename and what comes in its place.
        followed.file.follow(path);
        if (target.key !== followed.target.key) {
          followed.target = target;
          followed.file.intake.labels = labelsOf(target, followed.file.intake.path);
        }
      } else if (await isAt(path, followed.file.id)) followed.file.finish();
    }
    const known = this.#known.all();
    const names = new FolderNames();
    for (const [path, target] of found) {
      if (!byPath.has(path)) await this.#adopt(path, target, known, names);
    }
    this.#shown = new Set(targets.map(({ key }) => key));
    await this.#forgetGone(known.files);
  }

  /** Reads what is new. True when there is more to read at once. */
  async poll(): Promise<boolean> {
    const nowMs = this.#context.clock.monotonicMs();
    const due = [...this.#followed.values()].filter(({ nextMs }) => nextMs <= nowMs);
    let next = 0;
    let hasMore = false;
    const work = async (): Promise<void> => {
      for (let one = due[next++]; one && !this.#context.signal.aborted; one = due[next++]) {
        if ((await this.#pollOne(one)) === 'more') hasMore = true;
      }
    };
    await Promise.all(Array.from({ length: readingMax }, work));
    return hasMore;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#followed.values()].map(({ file }) => file.close()));
    this.#followed.clear();
    this.#open.clear();
  }

  async #pollOne(followed: Followed): Promise<Progress> {
    const { file } = followed;
    const path = file.path;
    const progress = await file.poll();
    if (progress === 'done') {
      await file.close();
      this.#followed.delete(file.id);
    }
    if (progress !== 'idle') await this.#countOpen(file);
    const { pollMs } = this.#context.config;
    const isIdle = progress === 'idle';
    followed.pauseMs = isIdle ? Math.min(followed.pauseMs * 2, pollMs * idlePolls) : pollMs;
    const nowMs = this.#context.clock.monotonicMs();
    // Due again with the poll that is next after the pause.
    followed.nextMs = progress === 'more' ? nowMs : nowMs + followed.pauseMs - pollMs;
    const target = path === undefined || file.path === path ? undefined : this.#found.get(path);
    if (target) await this.#adopt(path as string, target, this.#known.all());
    return progress;
  }

  /** `names`: of folders, from a moment ago. */
  async #adopt(
    path: string,
    target: FileTarget,
    known: AllKnown,
    names?: FolderNames,
  ): Promise<void> {
    const stats = await this.#lookAt(path);
    if (!stats?.isFile()) return;
    const id = idOf(stats.dev, stats.ino);
    const same = this.#followed.get(id);
    if (same) {
      // Two names of one file: it is read once.
      if (same.file.path === undefined) same.file.follow(path);
      return;
    }
    const before = await knownAt(path, stats, known);
    if (!before && this.#isTooOld(stats)) return;
    const offset = before ? 0 : await this.#firstOffset(path, target, Number(stats.size), known);
    const resumed = before ?? { path, key: this.#known.keyOf(path, stats.ino), offset };
    const head = before ? undefined : await headAt(path);
    // First those that are older: a run that is killed in between has to find them unread.
    // What lies there as it did was not rotated since: what is left of older ones was there before.
    const question = { current: before, names: before && names };
    const positions = 1 + (await this.#followMissed(path, target, known.ofPath(path), question));
    // Renamed meanwhile, it is one of them.
    if (!this.#followed.has(id)) this.#follow(target, path, stats, resumed, { head });
    if (positions > filesPerPathMax) this.#prune(path);
  }

  #follow(
    target: FileTarget,
    at: string,
    { dev, ino, mtimeNs }: Pick<BigIntStats, 'dev' | 'ino' | 'mtimeNs'>,
    from: KnownFile | { readonly path: string; readonly key: string; readonly offset: number },
    given: { readonly head: Buffer | undefined; readonly handle?: FileHandle },
  ): void {
    const { positions, times, config, clock, logger } = this.#context;
    const ledger = new ReadLedger(positions, from.key, times);
    if ('position' in from) ledger.resume(from.position);
    else ledger.restart(from.offset);
    const intake = new LineIntake(from.path, labelsOf(target, from.path), ledger, this.#context);
    const head = 'position' in from ? from.identity : headOf(given.head ?? new Uint8Array());
    const identity: FileIdentity = { ...head, device: dev, inode: ino };
    ledger.announce(formatIdentity(identity), Number(mtimeNs / 1_000_000n));
    const compression = compressionOf(at, config.decompression);
    const file = compression
      ? new CompressedFile({ intake, identity, path: at, compression }, this.#context)
      : new PlainFile(
          {
            intake,
            identity,
            path: at,
            handle: given.handle,
            openRenamed: (wanted) => openRenamed(from.path, wanted),
            onTruncated: (lost, offset) => void this.#followCopy(from.path, target, lost, offset),
          },
          this.#context,
        );
    const followed = { file, target, nextMs: clock.monotonicMs(), pauseMs: config.pollMs };
    this.#followed.set(file.id, followed);
    logger.info('tail routine: started', { path: at });
    logger.info(`Seeked ${at} - &{Offset:${ledger.offset} Whence:0}`);
    if (given.handle) file.leave();
  }

  /**
   * What was renamed, and what came and went, while nobody looked: it is read to its end. Resolves with how
   * many positions there are of the path now.
   */
  async #followMissed(
    path: string,
    target: FileTarget,
    ofPath: readonly KnownFile[],
    { current, names }: Pick<MissedQuestion, 'current' | 'names'>,
  ): Promise<number> {
    if (ofPath.length === 0) return 0;
    const isFollowed = (id: string): boolean => this.#followed.has(id);
    const missed = await findMissed({ path, known: ofPath, current, isFollowed, names });
    for (const file of missed) this.#followLeft(file, path, target);
    this.#reportGone(ofPath.filter((file) => file !== current));
    return ofPath.length + missed.length;
  }

  /** Files that were handed on, not committed, and are nowhere: what was read of them is lost. */
  #reportGone(known: readonly KnownFile[]): void {
    const { logger, instruments } = this.#context;
    for (const { key, path, identity, position } of known) {
      const bytes = uncommittedBytes(position);
      const isRead = this.#followed.has(idOf(identity.device, identity.inode));
      if (bytes === 0 || isRead || this.#gone.has(key)) continue;
      this.#gone.add(key);
      instruments.gone();
      logger.warn('log file is gone before it was read to its end', { path, bytes });
    }
  }

  /** Last: positions of what was found to be unread have to outlive a kill until it is followed. */
  #prune(path: string): void {
    this.#known.prune(this.#known.all().ofPath(path), ({ identity: { device, inode } }) =>
      this.#followed.has(idOf(device, inode)),
    );
  }

  /** After copy-truncate: what had not been read yet is in the copy. */
  async #followCopy(
    path: string,
    target: FileTarget,
    identity: FileIdentity,
    offset: number,
  ): Promise<void> {
    const lost = this.#known.remember(path, identity, offset, this.#context.clock.nowMs());
    if (!lost) return;
    const isFollowed = (id: string): boolean => this.#followed.has(id);
    try {
      const missed = await findMissed({ path, known: [lost], current: undefined, isFollowed });
      for (const file of missed) this.#followLeft(file, path, target);
    } catch (error) {
      this.#report(path, messageOf(error));
    }
  }

  #followLeft({ file, known }: MissedFile, path: string, target: FileTarget): void {
    // If another target has it, it is read under its own name.
    const isOther = this.#found.has(file.path) && !known;
    if (isOther || compressionOf(file.path, this.#context.config.decompression)) {
      void file.handle.close().catch(() => {});
      return;
    }
    const key = this.#known.keyOf(path, file.inode);
    const mtimeNs = BigInt(Math.floor(file.modifiedMs)) * 1_000_000n;
    const stats = { dev: file.device, ino: file.inode, mtimeNs };
    const from = known ? { ...known, key } : { path, key, offset: 0 };
    this.#follow(target, file.path, stats, from, file);
  }

  async #firstOffset(
    path: string,
    target: FileTarget,
    size: number,
    known: AllKnown,
  ): Promise<number> {
    const compression = compressionOf(path, this.#context.config.decompression);
    const twin = await twinOf(path, compression, known.files);
    if (twin) return twin.position.offset;
    const imported = this.#settings.importedOffsets.get(path);
    if (known.ofPath(path).length > 0) return 0;
    if (imported !== undefined) return imported <= size ? imported : 0;
    return this.#context.config.tailsFromEnd && !this.#shown.has(target.key) ? size : 0;
  }

  #isTooOld({ mtimeMs }: BigIntStats): boolean {
    const { ignoresOlderThanMs } = this.#context.config;
    const ageMs = this.#context.clock.nowMs() - Number(mtimeMs);
    return ignoresOlderThanMs > 0 && ageMs > ignoresOlderThanMs;
  }

  async #lookAt(path: string): Promise<BigIntStats | undefined> {
    try {
      const stats = await statIfThere(path);
      this.#troubles.delete(path);
      return stats;
    } catch (error) {
      const isDenied = (error as NodeJS.ErrnoException).code === 'EACCES';
      this.#report(path, isDenied ? 'permission denied' : messageOf(error));
      return undefined;
    }
  }

  #report(path: string, why: string): void {
    if (this.#troubles.get(path) === why) return;
    this.#troubles.set(path, why);
    const error = `stat ${path}: ${why}`;
    this.#context.logger.error('failed to tail file', { path, error });
  }

  /** Over the limit those are closed that were read the longest ago and can be opened again. */
  async #countOpen(file: FollowedFile): Promise<void> {
    this.#open.delete(file);
    if (file.isOpen) this.#open.add(file);
    if (this.#open.size <= this.#settings.openFilesMax) return;
    for (const oldest of this.#open) {
      if (oldest.path === undefined) continue;
      this.#open.delete(oldest);
      await oldest.close();
      return;
    }
  }

  async #forgetGone(known: readonly KnownFile[]): Promise<void> {
    const nowMs = this.#context.clock.monotonicMs();
    for (const { key, path, identity } of known) {
      const isRead = this.#followed.has(idOf(identity.device, identity.inode));
      if (isRead || this.#found.has(path) || (await isThere(path))) this.#goneSinceMs.delete(key);
      else if (!this.#goneSinceMs.has(key)) this.#goneSinceMs.set(key, nowMs);
      else if (nowMs - (this.#goneSinceMs.get(key) as number) > goneMsMax) {
        this.#goneSinceMs.delete(key);
        this.#known.forget(key);
      }
    }
  }
}

const headOf = (head: Uint8Array) => ({ headBytes: head.length, headHash: hashOfHead(head) });

const labelsOf = (target: FileTarget, path: string): ReadonlyMap<string, string> =>
  new Map([...target.labels, ['filename', path]]);

/** Another file may have its path by now: then this one was renamed, and may be written to still. */
async function isAt(path: string, id: string): Promise<boolean> {
  try {
    const stats = await statIfThere(path);
    return stats !== undefined && idOf(stats.dev, stats.ino) === id;
  } catch {
    return true;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await statIfThere(path)) !== undefined;
  } catch {
    return true;
  }
}
