// The files of one source: which are read, from where, and when it is the turn of each.
import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { messageOf } from '#lib/errors.ts';
import { CompressedFile } from './compressed-file.ts';
import { compressionOf } from './compression.ts';
import type { FileTarget } from './file-targets.ts';
import { FolderNames } from './folder-names.ts';
import type { FollowedFile } from './followed-file.ts';
import { GoneFiles } from './gone-files.ts';
import { type FileIdentity, formatIdentity, hashOfHead, readHead } from './identity.ts';
import type { FileCounts } from './instruments.ts';
import {
  type AllKnown,
  filesPerPathMax,
  type KnownFile,
  KnownFiles,
  knownAt,
} from './known-files.ts';
import { LineIntake } from './line-intake.ts';
import { findMissed, type MissedFile, type MissedQuestion } from './missed-files.ts';
import { OpenFiles } from './open-files.ts';
import { idOf, openAt, PlainFile, statIfThere } from './plain-file.ts';
import { ReadLedger } from './read-ledger.ts';
import { ReadQueue } from './read-queue.ts';
import { openRenamed } from './rotated-files.ts';
import type { TailContext } from './tail-context.ts';
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
/** Of files that wait for their turn to be read so many are looked at in one poll, on average. */
const looksPerPoll = 100;

interface OpenedFile {
  /** Its first bytes, if they were looked at. */
  readonly head: Buffer | undefined;
  readonly handle: FileHandle | undefined;
  /** It is none that is asked for by its path. */
  readonly isLeft: boolean;
}

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
  readonly #open: OpenFiles;
  readonly #queue = new ReadQueue<Followed>(readingMax, (followed) => this.#pollOne(followed));
  readonly #troubles = new Map<string, string>();
  readonly #gone: GoneFiles;
  #found: ReadonlyMap<string, FileTarget> = new Map();
  /** Keys of targets whose files were shown before: what is found later is new. */
  #shown: ReadonlySet<string> = new Set();
  /** Ends with what changes which files are followed: one such thing after the other. */
  #lastTurn: Promise<void> = Promise.resolve();

  constructor(context: TailContext, settings: FileSetSettings) {
    this.#context = context;
    this.#settings = settings;
    this.#open = new OpenFiles(settings.openFilesMax, context.logger);
    this.#gone = new GoneFiles(context);
    this.#known = new KnownFiles(context.positions, context.config.id);
  }

  *counts(): Iterable<FileCounts> {
    for (const { file } of this.#followed.values()) yield file.intake;
  }

  /** All files that are asked for, each with the target that has it. */
  show(found: ReadonlyMap<string, FileTarget>, targets: readonly FileTarget[]): Promise<void> {
    return this.#inTurn(() => this.#show(found, targets));
  }

  async #show(
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
    const isAskedFor = (file: KnownFile): boolean => this.#isRead(file) || found.has(file.path);
    for (const { key } of await this.#gone.old(known.files, isAskedFor)) this.#known.forget(key);
  }

  /**
   * Has what is new read as soon as there is a place; waits for no read. What waits itself, for a place or
   * for the store, may be rotated meanwhile.
   */
  async poll(): Promise<void> {
    const { clock, config } = this.#context;
    const nowMs = clock.monotonicMs();
    const pauseMs = config.pollMs * Math.max(idlePolls, this.#followed.size / looksPerPoll);
    for (const followed of [...this.#followed.values()]) {
      if (followed.nextMs > nowMs) continue;
      if (this.#queue.has(followed)) {
        followed.nextMs = nowMs + pauseMs;
        if (followed.file.path !== undefined) await this.#inTurn(() => this.#look(followed));
      } else this.#queue.add(followed);
    }
  }

  /** The program stops: nothing is going to be shown or polled. */
  async close(): Promise<void> {
    await this.#queue.close();
    await this.#inTurn(async () => {
      await Promise.all([...this.#followed.values()].map(({ file }) => file.close()));
      this.#followed.clear();
      this.#open.clear();
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#lastTurn.then(work);
    this.#lastTurn = turn.catch(() => {});
    return turn;
  }

  /** True when there is more to read at once. */
  async #pollOne(followed: Followed): Promise<boolean> {
    if (this.#context.signal.aborted) return false;
    const { file } = followed;
    const path = file.path;
    const progress = await file.poll();
    const { pollMs } = this.#context.config;
    const isIdle = progress === 'idle';
    followed.pauseMs = isIdle ? Math.min(followed.pauseMs * 2, pollMs * idlePolls) : pollMs;
    const nowMs = this.#context.clock.monotonicMs();
    // Due again with the poll that is next after the pause.
    followed.nextMs = progress === 'more' ? nowMs : nowMs + followed.pauseMs - pollMs;
    try {
      if (!isIdle || path === undefined) await this.#open.note(file);
      if (progress === 'done') await this.#inTurn(() => this.#unfollow(followed));
      if (file.path !== path) await this.#inTurn(() => this.#followSuccessor(followed, path));
    } catch (error) {
      const stack = error instanceof Error ? error.stack : String(error);
      this.#context.logger.error('reading log files failed on our side', { error: stack });
    }
    return progress === 'more';
  }

  async #look(followed: Followed): Promise<void> {
    const { file } = followed;
    const path = file.path;
    if (this.#followed.get(file.id) !== followed) return;
    await file.look();
    await this.#followSuccessor(followed, path);
  }

  /** If it was renamed since it had that path: another file may be there. */
  async #followSuccessor({ file }: Followed, path: string | undefined): Promise<void> {
    if (path === undefined || file.path === path) return;
    await this.#open.note(file);
    const target = this.#found.get(path);
    if (target) await this.#adopt(path, target, this.#known.all());
  }

  async #unfollow({ file }: Followed): Promise<void> {
    // Shown again since it was read to its end?
    if (file.path !== undefined && this.#found.has(file.path)) return;
    await file.close();
    await this.#open.note(file);
    this.#followed.delete(file.id);
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
    // At once: it may be renamed and deleted before it is its turn. What fails is said by its poll.
    const handle = await openAt(path, id).catch(() => undefined);
    const head = handle && !before ? await readHead(handle).catch(() => undefined) : undefined;
    // First those that are older: a run that is killed in between has to find them unread.
    // What lies there as it did was not rotated since: what is left of older ones was there before.
    const question = { current: before, names: before && names };
    const positions = 1 + (await this.#followMissed(path, target, known.ofPath(path), question));
    // Renamed meanwhile, it is one of them.
    if (this.#followed.has(id)) await handle?.close();
    else await this.#follow(target, path, stats, resumed, { head, handle, isLeft: false });
    if (positions > filesPerPathMax) this.#prune(path);
  }

  async #follow(
    target: FileTarget,
    at: string,
    { dev, ino, mtimeNs }: Pick<BigIntStats, 'dev' | 'ino' | 'mtimeNs'>,
    from: KnownFile | { readonly path: string; readonly key: string; readonly offset: number },
    { head, handle, isLeft }: OpenedFile,
  ): Promise<void> {
    const { positions, times, config, clock, logger } = this.#context;
    const ledger = new ReadLedger(positions, from.key, times);
    if ('position' in from) ledger.resume(from.position);
    else ledger.restart(from.offset);
    const intake = new LineIntake(from.path, labelsOf(target, from.path), ledger, this.#context);
    const begins = 'position' in from ? from.identity : headOf(head ?? new Uint8Array());
    const identity: FileIdentity = { ...begins, device: dev, inode: ino };
    ledger.announce(formatIdentity(identity), Number(mtimeNs / 1_000_000n));
    const compression = compressionOf(at, config.decompression);
    const file = compression
      ? new CompressedFile({ intake, identity, path: at, compression }, this.#context)
      : new PlainFile(
          {
            intake,
            identity,
            path: at,
            handle,
            openRenamed: (wanted) => openRenamed(from.path, wanted),
            onTruncated: (lost, offset) => void this.#followCopy(from.path, target, lost, offset),
          },
          this.#context,
        );
    const followed = { file, target, nextMs: clock.monotonicMs(), pauseMs: config.pollMs };
    this.#followed.set(file.id, followed);
    logger.info('tail routine: started', { path: at });
    logger.info(`Seeked ${at} - &{Offset:${ledger.offset} Whence:0}`);
    if (isLeft) file.leave();
    if (compression) await handle?.close();
    await this.#open.note(file);
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
    for (const file of missed) await this.#followLeft(file, path, target);
    this.#gone.report(ofPath.filter((file) => file !== current && !this.#isRead(file)));
    return ofPath.length + missed.length;
  }

  /** Last: positions of what was found to be unread have to outlive a kill until it is followed. */
  #prune(path: string): void {
    this.#known.prune(this.#known.all().ofPath(path), (file) => this.#isRead(file));
  }

  #isRead({ identity: { device, inode } }: KnownFile): boolean {
    return this.#followed.has(idOf(device, inode));
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
      await this.#inTurn(async () => {
        const missed = await findMissed({ path, known: [lost], current: undefined, isFollowed });
        for (const file of missed) await this.#followLeft(file, path, target);
      });
    } catch (error) {
      this.#report(path, messageOf(error));
    }
  }

  async #followLeft({ file, known }: MissedFile, path: string, target: FileTarget): Promise<void> {
    // If another target has it, it is read under its own name.
    const isOther = this.#found.has(file.path) && !known;
    if (isOther || compressionOf(file.path, this.#context.config.decompression)) {
      await file.handle.close().catch(() => {});
      return;
    }
    const key = this.#known.keyOf(path, file.inode);
    const mtimeNs = BigInt(Math.floor(file.modifiedMs)) * 1_000_000n;
    const stats = { dev: file.device, ino: file.inode, mtimeNs };
    const from = known ? { ...known, key } : { path, key, offset: 0 };
    await this.#follow(target, file.path, stats, from, { ...file, isLeft: true });
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
