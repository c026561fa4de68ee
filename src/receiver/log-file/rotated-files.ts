// Where a log file goes when it is rotated by rename: names beside its own, with a number or a date.
import { readdir, readlink, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';

export interface RotatedFile {
  readonly path: string;
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: number;
  readonly modifiedMs: number;
}

/** As many as Linux follows. */
const linksMax = 40;

const suffix = /^[._-]\d[\d._:T+-]*$/;

/** `app.log` → `app.log.1`, `app.log-20240131`, `app-2024-01-31.log`, `app.1.log`. */
export function isRotatedName(name: string, base: string): boolean {
  if (name.startsWith(base) && suffix.test(name.slice(base.length))) return true;
  const extension = extname(base);
  const stem = base.slice(0, base.length - extension.length);
  if (extension === '' || !name.startsWith(stem) || !name.endsWith(extension)) return false;
  return suffix.test(name.slice(stem.length, name.length - extension.length));
}

/** The files that `path` may have been renamed to; the one that was written to last is last. */
export async function rotatedFilesOf(path: string): Promise<RotatedFile[]> {
  const real = await behindLinks(path);
  const folder = dirname(real);
  const base = basename(real);
  const found: RotatedFile[] = [];
  for (const name of await namesIn(folder)) {
    if (!isRotatedName(name, base)) continue;
    const rotated = join(folder, name);
    try {
      const stats = await stat(rotated, { bigint: true });
      if (!stats.isFile()) continue;
      found.push({
        path: rotated,
        device: stats.dev,
        inode: stats.ino,
        size: Number(stats.size),
        modifiedMs: Number(stats.mtimeNs) / 1_000_000,
      });
    } catch {
      // Renamed further, or deleted, since the folder was read.
    }
  }
  return found.sort((a, b) => a.modifiedMs - b.modifiedMs);
}

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

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
