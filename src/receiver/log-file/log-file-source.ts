// Reads log files: finds those that its targets name, follows each through rotation and truncation, and
// hands their lines on. Nothing is watched: files and folders are looked at, which works everywhere.
import { setTimeout as wait } from 'node:timers/promises';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { messageOf } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import type { FileSource } from '#pipeline/log/collection-config.ts';
import type { EntrySink, PositionStore } from '#pipeline/log/entry.ts';
import type { ReadTimes } from '#pipeline/log/read-times.ts';
import type { LabelPairs } from '#prometheus-config/relabel-config.ts';
import { checkCompression } from './compression.ts';
import { FileSet } from './file-set.ts';
import { type FileTarget, toFileTarget } from './file-targets.ts';
import { findFiles, hasChanged, type SeenFolders } from './glob.ts';
import { createFileInstruments, registerFiles } from './instruments.ts';
import type { TailContext } from './tail-context.ts';
import { checkEncoding } from './text-form.ts';

export interface LogFileDeps {
  readonly sink: EntrySink;
  readonly positions: PositionStore;
  /** Shared by all sources of the process. */
  readonly times: ReadTimes;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
  /** The name of this machine, for targets with `__host__`. */
  readonly hostname?: string;
  /** Bytes by path, of an agent that was here before. */
  readonly importedOffsets?: ReadonlyMap<string, number>;
  /** A last line without an end counts as a line when nothing was added for this long. */
  readonly partialLineWaitMs?: number;
  /** A file that was renamed or deleted is left when nothing was added for this long. */
  readonly leaveAfterMs?: number;
  /** Files that are held open; those that nothing is added to are closed first. */
  readonly openFilesMax?: number;
}

const partialLineWaitMs = 5000;
const leaveAfterMs = 10_000;
const openFilesMax = 256;
/** Folders are looked at this often, if there are not too many; patterns by `syncPeriodMs`. */
const folderPollMs = 500;
const foldersPerPoll = 200;

/** Throws InputError when the encoding or the compression is none that is known. */
export function checkFileSource({ encoding, decompression }: FileSource): void {
  checkEncoding(encoding);
  checkCompression(decompression);
}

export class LogFileSource {
  readonly #deps: LogFileDeps;
  readonly #config: FileSource;
  readonly #abort = new AbortController();
  readonly #files: FileSet;
  readonly #registered: { unregister(): void };
  readonly #troubles = new Set<string>();
  #targets: readonly FileTarget[] = [];
  #seen: SeenFolders = new Map();
  #isScanDue = true;
  #scannedMs = Number.NEGATIVE_INFINITY;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #pause = new AbortController();
  #running: Promise<void> | undefined;

  /** Throws InputError when the encoding or the compression is none that is known. */
  constructor(config: FileSource, deps: LogFileDeps) {
    checkFileSource(config);
    this.#config = config;
    this.#deps = deps;
    const { signal } = this.#abort;
    const context: TailContext = {
      ...deps,
      config,
      instruments: createFileInstruments(deps.meter),
      partialLineWaitMs: deps.partialLineWaitMs ?? partialLineWaitMs,
      leaveAfterMs: deps.leaveAfterMs ?? leaveAfterMs,
      signal,
    };
    this.#files = new FileSet(context, {
      openFilesMax: deps.openFilesMax ?? openFilesMax,
      importedOffsets: deps.importedOffsets ?? new Map(),
    });
    this.#registered = registerFiles(deps.meter, () => this.#files.counts());
  }

  /** All targets of now. The first call starts the reading. */
  setTargets(targets: readonly LabelPairs[]): void {
    const found = new Map<string, FileTarget>();
    for (const target of targets) {
      const fileTarget = this.#toFileTarget(target);
      if (fileTarget) found.set(fileTarget.key, fileTarget);
    }
    for (const { key } of this.#targets) {
      if (!found.has(key)) this.#deps.logger.info('Removing target', { key });
    }
    const before = new Set(this.#targets.map(({ key }) => key));
    for (const key of found.keys()) {
      if (!before.has(key)) this.#deps.logger.info('Adding target', { key });
    }
    // In an order that a restart gives again: where two name a file, the first has it.
    this.#targets = [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    this.#isScanDue = true;
    this.#pause.abort();
    this.#running ??= this.#run();
  }

  /** Stops reading. Lines that were handed on may still be on their way. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#pause.abort();
    await this.#running;
    await this.#files.close();
    this.#registered.unregister();
  }

  #toFileTarget(target: LabelPairs): FileTarget | undefined {
    const { hostname } = this.#deps;
    const host = target.find(([name]) => name === '__host__')?.[1];
    const isElsewhere = host !== undefined && host !== '' && host !== hostname;
    if (this.#config.isOfThisHost && isElsewhere) {
      this.#deps.logger.debug('ignoring target, wrong host', { host, hostname });
      return undefined;
    }
    try {
      return toFileTarget(target, this.#config.labels);
    } catch (error) {
      const text = messageOf(error);
      if (!this.#troubles.has(text)) {
        this.#deps.logger.error('cannot look for the files of a target', { error: text });
      }
      this.#troubles.add(text);
      return undefined;
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        if (await this.#isScanNeeded()) await this.#scan();
        await this.#files.poll();
      } catch (error) {
        const stack = error instanceof Error ? error.stack : String(error);
        this.#deps.logger.error('reading log files failed on our side', { error: stack });
      }
      await this.#sleep();
    }
  }

  async #sleep(): Promise<void> {
    this.#pause = new AbortController();
    if (this.#abort.signal.aborted) return;
    const { signal } = this.#pause;
    await wait(this.#config.pollMs, undefined, { signal }).catch(() => {});
  }

  async #isScanNeeded(): Promise<boolean> {
    const nowMs = this.#deps.clock.monotonicMs();
    if (this.#isScanDue || nowMs - this.#scannedMs >= this.#config.syncPeriodMs) return true;
    const everyMs = folderPollMs * Math.max(1, this.#seen.size / foldersPerPoll);
    if (nowMs - this.#lookedMs < everyMs) return false;
    this.#lookedMs = nowMs;
    return hasChanged(this.#seen);
  }

  async #scan(): Promise<void> {
    const nowMs = this.#deps.clock.monotonicMs();
    this.#isScanDue = false;
    this.#scannedMs = nowMs;
    this.#lookedMs = nowMs;
    const targets = this.#targets;
    const seen: SeenFolders = new Map();
    const found = new Map<string, FileTarget>();
    for (const target of targets) {
      for (const path of await findFiles(target.glob, seen)) {
        if (!found.has(path) && !target.excludes(path)) found.set(path, target);
      }
    }
    this.#seen = seen;
    await this.#files.show(found, targets);
  }
}
