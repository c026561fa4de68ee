// Files that were read before and are nowhere now: what is lost of them is said, and their positions are
// forgotten after a while.
import type { KnownFile } from './known-files.ts';
import { isThere } from './plain-file.ts';
import { uncommittedBytes } from './read-ledger.ts';
import type { TailContext } from './tail-context.ts';

/** Positions of files that are nowhere are forgotten after this long. */
const goneMsMax = 3_600_000;

export class GoneFiles {
  readonly #context: TailContext;
  /** Keys of those that were reported. */
  readonly #reported = new Set<string>();
  readonly #sinceMs = new Map<string, number>();

  constructor(context: TailContext) {
    this.#context = context;
  }

  /** To be called with files that are not read: what was handed on of them and not committed is lost. */
  report(files: readonly KnownFile[]): void {
    const { logger, instruments } = this.#context;
    for (const { key, path, position } of files) {
      const bytes = uncommittedBytes(position);
      if (bytes === 0 || this.#reported.has(key)) continue;
      this.#reported.add(key);
      instruments.gone();
      logger.warn('log file is gone before it was read to its end', { path, bytes });
    }
  }

  /** Gives those that are gone for long. `isAskedFor`: it is read, or was found. */
  async old(
    known: readonly KnownFile[],
    isAskedFor: (file: KnownFile) => boolean,
  ): Promise<KnownFile[]> {
    const nowMs = this.#context.clock.monotonicMs();
    const old: KnownFile[] = [];
    for (const file of known) {
      const { key, path } = file;
      const sinceMs = this.#sinceMs.get(key);
      if (isAskedFor(file) || (await isThere(path))) this.#sinceMs.delete(key);
      else if (sinceMs === undefined) this.#sinceMs.set(key, nowMs);
      else if (nowMs - sinceMs > goneMsMax) {
        this.#sinceMs.delete(key);
        old.push(file);
      }
    }
    return old;
  }
}
