// The handles of one source. A file that is open can be read to its end, however it is renamed, and though
// it is deleted; so as many as may be are held.
import type { Logger } from '#lib/log.ts';
import type { FollowedFile } from './followed-file.ts';

export class OpenFiles {
  readonly #max: number;
  readonly #logger: Logger;
  /** The one that was opened or read last is last. */
  readonly #files = new Set<FollowedFile>();
  #hasWarned = false;

  constructor(max: number, logger: Logger) {
    this.#max = max;
    this.#logger = logger;
  }

  /** To be called when a file was opened, read or closed. Over the limit others are closed, or this one. */
  async note(file: FollowedFile): Promise<void> {
    this.#files.delete(file);
    if (file.isOpen) this.#files.add(file);
    while (this.#files.size > this.#max) {
      const spare = this.#spare();
      if (!spare) return;
      this.#files.delete(spare);
      if (spare.path === undefined) this.#warn();
      await spare.close();
    }
  }

  clear(): void {
    this.#files.clear();
  }

  /**
   * The one that was read the longest ago and can be opened by its path; else the one that was renamed last,
   * which is deleted last. Undefined while all are being read.
   */
  #spare(): FollowedFile | undefined {
    const files = [...this.#files].filter(({ isBeingRead }) => !isBeingRead);
    return files.find(({ path }) => path !== undefined) ?? files.at(-1);
  }

  #warn(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const message = 'more log files were rotated and wait to be read than are held open';
    this.#logger.warn(`${message}: what is deleted now is lost`, {
      'logs.max_open_files': this.#max,
    });
  }
}
