// Where a log file goes when it is rotated by rename: names beside its own, with a number or a date.
import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, readlink, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { FolderNames } from './folder-names.ts';
import { readHead } from './identity.ts';

export interface RotatedFile {
  readonly path: string;
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: number;
  readonly modifiedMs: number;
}

/** Open, so that it stays the same file however it is renamed on. */
export interface OpenRotatedFile extends RotatedFile {
  readonly handle: FileHandle;
  /** Its first bytes. */
  readonly head: Buffer;
}

/** Somebody may rename all of them while they are looked at: then it is done again, so often. */
const attemptsMax = 10;

/** As many as Linux follows. */
const linksMax = 40;

const suffix = /^[._-]\d[\d._:T+-]*$/;

/** `app.log` → `app.log.1`, `app.log-20240131`, `app-2024-01-31.log`, `app.1.log`. */
export function isRotatedName(name: string, base: string): boolean {
  if (name.startsWith(base) && suffix.test(name.slice(base.length))) return true;
  const extension = extname(base);
  const stem = stemOf(base);
  if (extension === '' || !name.startsWith(stem) || !name.endsWith(extension)) return false;
  return suffix.test(name.slice(stem.length, name.length - extension.length));
}

/**
 * The files that `path` may have been renamed to, open; the one that was written to last is last. Whoever
 * asks has to close them. With `names` of a moment ago nothing is looked at twice: what is renamed meanwhile
 * may not be found.
 */
export async function openRotatedFiles(
  path: string,
  names?: FolderNames,
): Promise<OpenRotatedFile[]> {
  const opened = new Map<string, OpenRotatedFile>();
  let quiet = 0;
  // A folder that is read while its files are renamed may be given without one of them.
  const attempts = names ? 1 : attemptsMax;
  for (let attempt = 0; attempt < attempts && quiet < 2; attempt++) {
    const before = opened.size;
    for (const listed of await listRotated(path, names)) {
      if (opened.has(idOf(listed))) continue;
      // It may be another one by now, or one that is open already.
      const file = await openRotated(listed.path);
      if (!file) continue;
      if (opened.has(idOf(file))) await file.handle.close();
      else opened.set(idOf(file), file);
    }
    quiet = opened.size === before ? quiet + 1 : 0;
  }
  return [...opened.values()].sort((a, b) => a.modifiedMs - b.modifiedMs);
}

export async function closeAll(files: readonly OpenRotatedFile[]): Promise<void> {
  await Promise.all(files.map(({ handle }) => handle.close().catch(() => {})));
}

/** The file that `path` was renamed to, open; undefined when it is not found. */
export async function openRenamed(
  path: string,
  wanted: { readonly device: bigint; readonly inode: bigint },
): Promise<FileHandle | undefined> {
  const isWanted = ({ device, inode }: RotatedFile): boolean =>
    device === wanted.device && inode === wanted.inode;
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const found = (await listRotated(path)).find(isWanted);
    const opened = found && (await openRotated(found.path));
    if (opened && isWanted(opened)) return opened.handle;
    await opened?.handle.close();
  }
  return undefined;
}

/** What its name and all those that it may be renamed to begin with. */
const stemOf = (base: string): string => base.slice(0, base.length - extname(base).length);

const idOf = ({ device, inode }: RotatedFile): string => `${device}:${inode}`;

async function listRotated(path: string, names = new FolderNames()): Promise<RotatedFile[]> {
  const real = await behindLinks(path);
  const folder = dirname(real);
  const base = basename(real);
  const found: RotatedFile[] = [];
  for (const name of await names.beginningWith(folder, stemOf(base))) {
    if (!isRotatedName(name, base)) continue;
    const rotated = join(folder, name);
    try {
      const stats = await stat(rotated, { bigint: true });
      if (stats.isFile()) found.push(toRotated(rotated, stats));
    } catch {
      // Renamed further, or deleted, since the folder was read.
    }
  }
  return found;
}

async function openRotated(path: string): Promise<OpenRotatedFile | undefined> {
  try {
    const handle = await open(path, 'r');
    const stats = await handle.stat({ bigint: true });
    return { ...toRotated(path, stats), handle, head: await readHead(handle) };
  } catch {
    return undefined;
  }
}

const toRotated = (path: string, { dev, ino, size, mtimeNs }: BigIntStats): RotatedFile => ({
  path,
  device: dev,
  inode: ino,
  size: Number(size),
  modifiedMs: Number(mtimeNs) / 1_000_000,
});

/** Where links lead, even if nothing is there now. */
async function behindLinks(path: string): Promise<string> {
  let real = path;
  try {
    for (let link = 0; link < linksMax; link++) real = resolve(dirname(real), await readlink(real));
  } catch {
    // No link, or none that can be read.
  }
  return real;
}
