// Positions of log sources in a real file.
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLogger } from '#lib/log.ts';
import { DiskPositions } from '#receiver/positions/disk-positions.ts';

let root: string;
let path: string;
const open: DiskPositions[] = [];
let logged: string[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sightline-positions-'));
  path = join(root, 'deep', 'positions.jsonl');
  logged = [];
});
afterEach(async () => {
  for (const positions of open.splice(0)) await positions.stop();
  await rm(root, { recursive: true, force: true });
});

const logger = createLogger({
  write: () => {},
  listener: ({ message }) => void logged.push(message),
});
function openPositions(appendedBytesMax?: number): DiskPositions {
  const bound = appendedBytesMax === undefined ? {} : { appendedBytesMax };
  const positions = new DiskPositions({ path, logger, flushIntervalMs: 3_600_000, ...bound });
  open.push(positions);
  return positions;
}
const at = (offset: number) => ({ offset, identity: `i${offset}`, cursor: 'c "x"\n' });

it('knows after a kill what was saved, and not what was only set', () => {
  const first = openPositions();
  first.set('a', at(1));
  first.set('b', at(2));
  first.delete('b');
  first.set('a', at(3));
  first.save();
  first.set('a', at(4));
  const second = openPositions();
  expect([second.get('a'), second.get('b')]).toEqual([at(3), undefined]);
});

it('brings all to the disk when it stops', async () => {
  const first = openPositions();
  first.set('file a', at(1));
  first.set('journal', at(2));
  await first.stop();
  const second = openPositions();
  expect(second.list('file ')).toEqual([['file a', at(1)]]);
  expect(second.list('').length).toBe(2);
});

it('writes the file anew when it has grown, and loses nothing that is saved meanwhile', async () => {
  const first = openPositions(2000);
  for (let i = 0; i < 200; i++) {
    first.set(`k${i % 3}`, at(i));
    first.save();
  }
  const before = (await stat(path)).size;
  const flushed = first.flush();
  for (let i = 200; i < 210; i++) {
    first.set('k0', at(i));
    first.save();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await flushed;
  expect((await stat(path)).size).toBeLessThan(before / 5);
  first.set('k1', at(999));
  first.save();
  const second = openPositions();
  expect([second.get('k0'), second.get('k1'), second.get('k2')]).toEqual([
    at(209),
    at(999),
    at(197),
  ]);
});

it('passes over lines that make no sense, and says how many', async () => {
  openPositions().set('a', at(1));
  await open[0]?.stop();
  const text = await readFile(path, 'utf8');
  await writeFile(path, `nonsense\n[1,2]\n["x","y","z","w"]\n${text}["to`);
  const second = openPositions();
  expect(second.get('a')).toEqual(at(1));
  expect(logged).toEqual(['lines of the positions file were passed over']);
  second.set('b', at(2));
  second.save();
  expect(openPositions().get('b')).toEqual(at(2));
});

it('says which file it cannot have', async () => {
  await writeFile(join(root, 'deep'), 'a file');
  expect(() => openPositions()).toThrow(
    /cannot read the positions of log files in .*positions.jsonl/,
  );
});
