// Files that were read before, as the position store knows them.
import { open } from 'node:fs/promises';
import type { PositionStore, SourcePosition } from '#pipeline/log/entry.ts';
import {
  beginsAs,
  type FileIdentity,
  formatIdentity,
  isSameInode,
  parseIdentity,
  readHead,
} from './identity.ts';
import { modifiedMsOf } from './read-ledger.ts';

export interface KnownFile {
  readonly key: string;
  /** The label `filename` of its lines. */
  readonly path: string;
  readonly identity: FileIdentity;
  readonly position: SourcePosition;
  readonly modifiedMs: number;
}

/** Of one path, with its own the files that it was renamed to. */
export const filesPerPathMax = 32;

export class KnownFiles {
  readonly #positions: PositionStore;
  readonly #prefix: string;

  constructor(positions: PositionStore, sourceId: string) {
    this.#positions = positions;
    this.#prefix = `file ${JSON.stringify([sourceId]).slice(0, -1)},`;
  }

  keyOf(path: string, inode: bigint): string {
    return `${this.#prefix}${JSON.stringify([path, String(inode)]).slice(1)}`;
  }

  all(): AllKnown {
    return new AllKnown(this.#read());
  }

  #read(): KnownFile[] {
    return this.#positions.list(this.#prefix).flatMap(([key, position]) => {
      const identity = parseIdentity(position.identity);
      const path = pathIn(key.slice(this.#prefix.length));
      if (!identity || path === undefined) return [];
      return [{ key, path, identity, position, modifiedMs: modifiedMsOf(position) }];
    });
  }

  /** What was read of a content that is gone: a copy of it may turn up. Undefined: nothing was. */
  remember(
    path: string,
    identity: FileIdentity,
    offset: number,
    modifiedMs: number,
  ): KnownFile | undefined {
    if (identity.headBytes === 0) return undefined;
    const key = `${this.keyOf(path, identity.inode)} ${identity.headHash}`;
    const cursor = String(modifiedMs);
    const position = { offset, identity: formatIdentity(identity), cursor };
    this.#positions.set(key, position);
    this.prune(this.all().ofPath(path), () => false);
    return { key, path, identity, position, modifiedMs };
  }

  forget(key: string): void {
    this.#positions.delete(key);
  }

  /**
   * Of the files of one path forgets the oldest, but none that `isRead` says is being read, and none that
   * is younger than that.
   */
  prune(files: readonly KnownFile[], isRead: (file: KnownFile) => boolean): void {
    if (files.length <= filesPerPathMax) return;
    const byAge = [...files].sort((a, b) => b.modifiedMs - a.modifiedMs);
    const kept = Math.max(filesPerPathMax, byAge.findLastIndex(isRead) + 1);
    for (const { key } of byAge.slice(kept)) this.forget(key);
  }
}

/** All of one source at one time, found without looking at each. */
export class AllKnown {
  readonly files: readonly KnownFile[];
  readonly #byPath: ReadonlyMap<string, readonly KnownFile[]>;
  readonly #byInode: ReadonlyMap<bigint, readonly KnownFile[]>;

  constructor(files: readonly KnownFile[]) {
    this.files = files;
    this.#byPath = groupBy(files, ({ path }) => path);
    this.#byInode = groupBy(files, ({ identity }) => identity.inode);
  }

  ofPath(path: string): readonly KnownFile[] {
    return this.#byPath.get(path) ?? [];
  }

  ofInode(inode: bigint): readonly KnownFile[] {
    return this.#byInode.get(inode) ?? [];
  }
}

function groupBy<K>(
  files: readonly KnownFile[],
  keyOf: (file: KnownFile) => K,
): ReadonlyMap<K, readonly KnownFile[]> {
  const groups = new Map<K, KnownFile[]>();
  for (const file of files) {
    const key = keyOf(file);
    const group = groups.get(key);
    if (group) group.push(file);
    else groups.set(key, [file]);
  }
  return groups;
}

/** The one among `known` that lies at `path` now. */
export async function knownAt(
  path: string,
  stats: { readonly dev: bigint; readonly ino: bigint },
  known: AllKnown,
): Promise<KnownFile | undefined> {
  const candidates = known
    .ofInode(stats.ino)
    .filter(({ identity }) => isSameInode(identity, stats));
  if (candidates.length === 0) return undefined;
  const head = await headAt(path);
  // What cannot be read now is compared when it is read.
  return head === undefined
    ? candidates[0]
    : candidates.find(({ identity }) => beginsAs(identity, head));
}

/** The first bytes; undefined when the file cannot be read. */
export async function headAt(path: string): Promise<Buffer | undefined> {
  try {
    const handle = await open(path, 'r');
    try {
      return await readHead(handle);
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}

function pathIn(text: string): string | undefined {
  try {
    // Behind the list there may be a hash.
    const [path] = JSON.parse(`[${text.slice(0, text.lastIndexOf(']') + 1)}`) as unknown[];
    return typeof path === 'string' ? path : undefined;
  } catch {
    return undefined;
  }
}
