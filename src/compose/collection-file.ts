// A file (or folder) that says which lines are collected: read at the start and on each reload, and
// handed to whoever collects. A new one that is wrong, or cannot be taken, changes nothing.
import { messageOf } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import type { LogCollectionConfig } from '#pipeline/log/collection-config.ts';

/** Looks at a new graph, throws InputError when it cannot be taken, and answers what takes it. */
export type PrepareCollection = (config: LogCollectionConfig) => Promise<() => Promise<void>>;

export interface CollectionFile {
  /** The configuration key that names it. */
  readonly key: string;
  /** To be called before start(). */
  onConfig(prepare: PrepareCollection): void;
  /** Reads it for the first time. Throws InputError when it is wrong. */
  start(): Promise<void>;
  /** Reads it again. Throws InputError when the new one is wrong; the old one stays then. */
  reload(): Promise<void>;
}

export interface CollectionFileDeps {
  readonly logger: Logger;
  /** For variables in the file. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** `load` reads what `key` names. */
export function createCollectionFile(
  key: string,
  load: () => LogCollectionConfig,
  { logger }: Pick<CollectionFileDeps, 'logger'>,
): CollectionFile {
  const prepares: PrepareCollection[] = [];
  let reloading: Promise<void> = Promise.resolve();

  const take = async (): Promise<void> => {
    const config = load();
    const commits: (() => Promise<void>)[] = [];
    for (const prepare of prepares) commits.push(await prepare(config));
    for (const commit of commits) await commit();
  };
  const takeAgain = async (): Promise<void> => {
    try {
      await take();
      logger.info(`${key} is read again`);
    } catch (error) {
      logger.error(`${key} cannot be taken; the old one stays`, { error: messageOf(error) });
      throw error;
    }
  };
  return {
    key,
    onConfig: (prepare) => void prepares.push(prepare),
    start: () => {
      reloading = take();
      return reloading;
    },
    reload: () => {
      reloading = reloading.catch(() => {}).then(takeAgain);
      return reloading;
    },
  };
}
