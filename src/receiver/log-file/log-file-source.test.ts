// A store that takes nothing for a while: files come and go meanwhile, and all of them are read.
import { appendFile, link, mkdir, readdir, readlink, rename, rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CollectedEntry } from '#pipeline/log/entry.ts';
import { LogFolder, type Reading } from '../../../test/lib/log-folder.ts';

let folder: LogFolder;
let path: string;
beforeEach(async () => {
  folder = await LogFolder.make();
  await mkdir(folder.path);
  path = folder.file('app.log');
});
afterEach(() => folder.remove());

/** Takes nothing of the file before `open`, or nothing at all; what it took is in `lines`. */
class WaitingSink {
  readonly lines: string[] = [];
  waiting = 0;
  open = (): void => {};
  readonly #only: string | undefined;
  readonly #opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });

  constructor(only?: string) {
    this.#only = only;
  }

  async write(entries: readonly CollectedEntry[]): Promise<void> {
    const isWaiting = !this.#only || entries[0]?.labels.get('filename') === this.#only;
    this.waiting++;
    if (isWaiting) await this.#opened;
    this.waiting--;
    for (const { line, receipt } of entries) {
      this.lines.push(line);
      receipt.release();
    }
  }
}

const until = (condition: () => void): Promise<void> =>
  vi.waitFor(condition, { interval: 2, timeout: 10_000 });

const started = (reading: Reading): number =>
  reading.messages().filter((text) => text === 'tail routine: started').length;

/** Keeps so many. */
async function rotate(kept: number): Promise<void> {
  await rm(`${path}.${kept}`, { force: true });
  for (let i = kept - 1; i >= 1; i--) {
    await rename(`${path}.${i}`, `${path}.${i + 1}`).catch(() => {});
  }
  await rename(path, `${path}.1`);
}

/** Of each file its lines, in the order in which they came. */
const byFile = (lines: readonly string[]): ReadonlyMap<string, string[]> => {
  const files = new Map<string, string[]>();
  for (const line of lines) {
    const [file = '', text = ''] = line.split(' ');
    files.set(file, [...(files.get(file) ?? []), text]);
  }
  return files;
};

/** Handles of this process on files in the folder, deleted ones included. */
async function openBelow(path: string): Promise<number> {
  const names = await readdir('/proc/self/fd');
  const links = await Promise.all(
    names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')),
  );
  return links.filter((link) => link.startsWith(path)).length;
}

const activeOf = ({ meter }: Reading): number | undefined =>
  meter.collect().find(({ name }) => name === 'promtail_files_active_total')?.points[0]?.value;

const source = { pollMs: 2, syncPeriodMs: 20 };

const written: string[] = [];
beforeEach(() => void written.splice(0));
/** Lines `<file> <text>`. */
async function write(file: number, ...texts: string[]): Promise<void> {
  const lines = texts.map((text) => `${file} ${text}`);
  written.push(...lines);
  await appendFile(path, `${lines.join('\n')}\n`);
}

/** With files that were rotated, each when the one before was found, while the sink takes nothing. */
async function rotateAll(
  reading: Reading,
  sink: WaitingSink,
  times: number,
  kept: number,
  before = async (_file: number): Promise<void> => {},
): Promise<void> {
  await write(0, 'a', 'b');
  await until(() => expect(sink.waiting).toBe(1));
  for (let file = 1; file <= times; file++) {
    await write(file - 1, 'c', 'd');
    await before(file);
    await rotate(kept);
    await write(file, 'a', 'b');
    await until(() => expect(started(reading)).toBe(file + 1));
  }
  expect(sink.lines).toEqual([]);
}

const saidOf = (reading: Reading, text: string): string[] =>
  reading.messages().filter((message) => message.includes(text));

it('reads files that were rotated and deleted while the store took nothing', async () => {
  const sink = new WaitingSink();
  const reading = folder.read('app.log', { source, deps: { sink } });
  await rotateAll(reading, sink, 30, 5);
  sink.open();
  await until(() => expect(sink.lines.length).toBeGreaterThanOrEqual(written.length));
  expect(byFile(sink.lines)).toEqual(byFile(written));
  expect(saidOf(reading, 'gone before')).toEqual([]);
});

it('holds no more files open than it may, says so, and reads what is not deleted', async () => {
  const sink = new WaitingSink();
  const reading = folder.read('app.log', { source, deps: { sink, openFilesMax: 6 } });
  await rotateAll(reading, sink, 20, 30);
  expect(saidOf(reading, 'than are held open')).toHaveLength(1);
  expect(await openBelow(folder.path)).toBeLessThanOrEqual(6);
  sink.open();
  await until(() => expect(sink.lines.length).toBeGreaterThanOrEqual(written.length));
  expect(byFile(sink.lines)).toEqual(byFile(written));
});

it('says which files were deleted that it could not hold open', async () => {
  const sink = new WaitingSink();
  const reading = folder.read('app.log', { source, deps: { sink, openFilesMax: 6 } });
  // An inode that is used again would be taken for a file that was filled anew.
  await mkdir(folder.file('inodes'));
  await rotateAll(reading, sink, 20, 5, (file) => link(path, folder.file('inodes', `${file}`)));
  sink.open();
  await until(() => {
    const gone = saidOf(reading, 'gone before').length;
    expect(gone).toBeGreaterThan(0);
    expect(byFile(sink.lines).size + gone).toBe(byFile(written).size);
  });
});

it('goes on with other files while one waits', async () => {
  const [slow, quick] = [folder.file('slow.log'), folder.file('quick.log')];
  const sink = new WaitingSink(slow);
  await appendFile(slow, 'slow\n');
  folder.read('*.log', { source, deps: { sink } });
  await until(() => expect(sink.waiting).toBe(1));
  for (let n = 1; n <= 5; n++) {
    await appendFile(quick, `quick ${n}\n`);
    await until(() => expect(sink.lines).toHaveLength(n));
  }
  sink.open();
  await until(() => expect(sink.lines).toHaveLength(6));
});

it('reads a file that nobody asks for any more to its end when the store goes on', async () => {
  const sink = new WaitingSink();
  await write(0, 'a');
  const reading = folder.read('app.log', { source, deps: { sink } });
  await until(() => expect(sink.waiting).toBe(1));
  await write(0, 'b');
  reading.source.setTargets([]);
  await until(() => expect(saidOf(reading, 'Removing target')).toHaveLength(1));
  sink.open();
  await until(() => expect(sink.lines).toEqual(['0 a', '0 b']));
  await until(() => expect(activeOf(reading)).toBe(0));
});

it('stops while files are looked for and the store takes nothing', async () => {
  const sink = new WaitingSink();
  const reading = folder.read('app.log', { source, deps: { sink } });
  await rotateAll(reading, sink, 6, 3);
  await reading.stop();
  expect(await openBelow(folder.path)).toBe(0);
  sink.open();
  // The next run reads what was not committed and is still there.
  const next = new WaitingSink();
  next.open();
  folder.read('app.log', { source, deps: { sink: next } });
  await until(() => expect(byFile(next.lines).get('6')).toEqual(['a', 'b']));
});

it('leaves no file before its lines are committed, so that none is read again', async () => {
  const reading = folder.read('app.log', { source, commits: false, deps: { leaveAfterMs: 0 } });
  for (let file = 0; file < 10; file++) {
    if (file > 0) await rotate(20);
    await write(file, 'a', 'b');
    await until(() => expect(reading.lines.length).toBeGreaterThanOrEqual(written.length));
  }
  expect(reading.lines).toEqual(written);
  expect(activeOf(reading)).toBe(10);
  reading.commit();
  await until(() => expect(activeOf(reading)).toBe(1));
});

it('reads a file that was deleted while all places were taken', async () => {
  const sink = new WaitingSink();
  for (const name of ['a', 'b', 'c', 'd']) await appendFile(folder.file(`${name}.log`), 'first\n');
  const reading = folder.read('*.log', { source, deps: { sink } });
  await until(() => expect(sink.waiting).toBe(4));
  await appendFile(folder.file('e.log'), 'deleted\n');
  await until(() => expect(started(reading)).toBe(5));
  await rm(folder.file('e.log'));
  sink.open();
  await until(() => expect(sink.lines.at(-1)).toBe('deleted'));
  expect(sink.lines).toHaveLength(5);
});
