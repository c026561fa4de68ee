import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashOfHead } from './identity.ts';
import { filesPerPathMax, type KnownFile } from './known-files.ts';
import { findMissed } from './missed-files.ts';
import { closeAll } from './rotated-files.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-missed-'));
  path = join(folder, 'app.log');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A rotated file that was written to at that second. */
async function rotated(name: string, text: string, atSeconds: number): Promise<bigint> {
  const file = join(folder, name);
  await writeFile(file, text);
  await utimes(file, atSeconds, atSeconds);
  return (await stat(file, { bigint: true })).ino;
}

const position = (inode: bigint, head: string, atSeconds: number, offset: number): KnownFile => ({
  key: `${inode}`,
  path,
  identity: { device: 1n, inode, headBytes: head.length, headHash: hashOfHead(Buffer.from(head)) },
  position: { offset, identity: '', cursor: '' },
  modifiedMs: atSeconds * 1000,
});

async function missedOf(known: readonly KnownFile[]): Promise<string[]> {
  const missed = await findMissed({ path, known, current: undefined, isFollowed: () => false });
  await closeAll(missed.map(({ file }) => file));
  return missed.map(({ file, known: read }) => `${basename(file.path)}@${read?.position.offset}`);
}

describe('findMissed', () => {
  it('takes no file for read because a younger one has an inode that was used before', async () => {
    const [head, banner] = ['before\n', 'b'.repeat(100)];
    await rotated('app.log.3', 'unread', 300);
    await rotated('app.log.2', 'unread, too', 400);
    const inode = await rotated('app.log.1', banner, 500);
    // Of a file that was empty when it was seen last, and is gone.
    const stale = position(inode, '', 200, 0);
    expect(await missedOf([position(1n, head, 100, 7), stale])).toEqual([
      'app.log.3@undefined',
      'app.log.2@undefined',
      'app.log.1@0',
    ]);
  });

  it('leaves what is older than all positions of the path', async () => {
    await rotated('app.log.2', 'before the first look', 100);
    await rotated('app.log.1', 'after it', 300);
    expect(await missedOf([position(1n, 'x', 200, 1)])).toEqual(['app.log.1@undefined']);
  });

  it('leaves what was forgotten in the same moment as the oldest that was not', async () => {
    await rotated('app.log.2', 'forgotten', 100);
    await rotated('app.log.1', 'unread', 101);
    const known = Array.from({ length: filesPerPathMax }, (_, i) =>
      position(BigInt(i + 1), 'x', 100 + i, 1),
    );
    expect(await missedOf(known)).toEqual(['app.log.1@undefined']);
  });

  it('takes no file for a copy of one that is still there, though they begin alike', async () => {
    const banner = 'the same words at each start '.repeat(50);
    const inode = await rotated('app.log.2', `${banner}a`, 100);
    await rotated('app.log.1', `${banner}b, longer`, 200);
    const read = position(inode, banner.slice(0, 1024), 100, banner.length + 1);
    expect(await missedOf([read])).toEqual(['app.log.1@undefined']);
  });
});
