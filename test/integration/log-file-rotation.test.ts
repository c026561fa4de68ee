// Log files that are renamed, copied, cut, deleted and made anew while they are read, and while nobody
// reads; and positions that make the next run go on where the last one was.
import {
  appendFile,
  copyFile,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../lib/eventually.ts';
import { LogFolder, type Reading } from '../lib/log-folder.ts';

let folder: LogFolder;
let path: string;
beforeEach(async () => {
  folder = await LogFolder.make();
  await mkdir(folder.path);
  path = folder.file('app.log');
});
afterEach(() => folder.remove());

/** A line that is long enough to tell files apart by their first bytes. */
const line = (name: string): string => `${name} ${'.'.repeat(80)}`;
const write = (file: string, ...names: string[]): Promise<void> =>
  appendFile(file, names.map((name) => `${line(name)}\n`).join(''));
const namesOf = (lines: readonly string[]): string[] =>
  lines.map((text) => text.split(' ')[0] as string);
const idleOf = (reading: Reading): Promise<true> =>
  eventually('the file', () =>
    reading.messages().some((text) => text.startsWith('Seeked')) ? true : undefined,
  );

describe('while it is read', () => {
  it('reads a renamed file to its end, then the new one from its beginning', async () => {
    await write(path, 'a');
    const reading = folder.read('app.log');
    await reading.count(1);
    await rename(path, `${path}.1`);
    await write(`${path}.1`, 'b');
    await write(path, 'c');
    await write(`${path}.1`, 'd');
    expect(namesOf(await reading.count(4)).sort()).toEqual(['a', 'b', 'c', 'd']);
    const files = new Set(reading.entries.map(({ labels }) => labels.get('filename')));
    expect([...files]).toEqual([path]);
  });

  it('reads a renamed file once when the pattern has its new name, too', async () => {
    await write(path, 'a');
    const reading = folder.read('app.log*');
    await reading.count(1);
    await rename(path, `${path}.1`);
    await write(path, 'b');
    await write(`${path}.1`, 'c');
    expect(namesOf(await reading.count(3)).sort()).toEqual(['a', 'b', 'c']);
    await rename(`${path}.1`, `${path}.2`);
    await rename(path, `${path}.1`);
    await write(path, 'd');
    expect(namesOf(await reading.count(4)).at(-1)).toBe('d');
  });

  it('reads files that came and went between two looks', async () => {
    await write(path, 'a');
    const reading = folder.read('app.log', { source: { pollMs: 300 } });
    await reading.count(1);
    await write(path, 'b');
    await rename(path, `${path}.2`);
    await write(`${path}.1`, 'c');
    await write(path, 'd');
    expect(namesOf(await reading.count(4)).sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('starts anew when the file is cut', async () => {
    await write(path, 'a', 'b');
    const reading = folder.read('app.log');
    await reading.count(2);
    await truncate(path);
    await write(path, 'c');
    expect(namesOf(await reading.count(3))).toEqual(['a', 'b', 'c']);
  });

  it('starts anew when the file is cut and longer than before at the next look', async () => {
    await write(path, 'a', 'b');
    const reading = folder.read('app.log', { source: { pollMs: 300 } });
    await reading.count(2);
    await copyFile(path, folder.file('copy'));
    await truncate(path);
    await write(path, 'c', 'd', 'e');
    expect(namesOf(await reading.count(5))).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('reads from the copy what was cut before it was read', async () => {
    await write(path, 'a');
    const reading = folder.read('app.log', { source: { pollMs: 300 } });
    await reading.count(1);
    await write(path, 'b');
    await copyFile(path, `${path}.1`);
    await truncate(path);
    await write(path, 'c');
    expect(namesOf(await reading.count(3)).sort()).toEqual(['a', 'b', 'c']);
  });

  it('does not read a copy again that the pattern has, nor what it is compressed into', async () => {
    await write(path, 'a', 'b');
    const reading = folder.read('app.log*', { source: { decompression: 'auto' } });
    await reading.count(2);
    await reading.positions.flush();
    await copyFile(path, `${path}.1`);
    await truncate(path);
    await write(path, 'c');
    await reading.count(3);
    await writeFile(`${path}.1.gz`, gzipSync(await readFile(`${path}.1`)));
    await rm(`${path}.1`);
    await eventually('the compressed file', () =>
      reading.messages().find((text) => text.startsWith(`Seeked ${path}.1.gz`)),
    );
    await write(path, 'd');
    expect(namesOf(await reading.count(4))).toEqual(['a', 'b', 'c', 'd']);
  });

  it('reads what was deleted to its end, and what was made in its place', async () => {
    await write(path, 'a');
    const reading = folder.read('app.log');
    await reading.count(1);
    await write(path, 'b');
    await rm(path);
    await write(path, 'c');
    const names = namesOf(await reading.count(2));
    expect(names.at(-1)).toBe('c');
    expect(new Set(names).size).toBe(names.length);
  });

  it('keeps a last line without an end of a file that is left', async () => {
    await write(path, 'a');
    const reading = folder.read('app.log');
    await reading.count(1);
    await appendFile(path, 'half');
    await rename(path, `${path}.1`);
    await appendFile(`${path}.1`, ' a line');
    expect((await reading.count(2))[1]).toBe('half a line');
  });

  it('follows the log of a container whose link leads to it', async () => {
    await mkdir(folder.file('pods'));
    const real = folder.file('pods', '0.log');
    await write(real, 'a');
    await symlink(real, folder.file('web.log'));
    const reading = folder.read('*.log');
    await reading.count(1);
    await rename(real, `${real}.20260101-101010`);
    await write(`${real}.20260101-101010`, 'b');
    await write(real, 'c');
    expect(namesOf(await reading.count(3)).sort()).toEqual(['a', 'b', 'c']);
    expect(reading.entries[2]?.labels.get('filename')).toBe(folder.file('web.log'));
  });
});

describe('while nobody reads', () => {
  it('goes on after a clean stop, without a line twice', async () => {
    await write(path, 'a', 'b');
    const first = folder.read('app.log');
    await first.count(2);
    await first.stop();
    await write(path, 'c');
    const second = folder.read('app.log');
    expect(namesOf(await second.count(1))).toEqual(['c']);
    expect(second.messages()).toContain(
      `Seeked ${path} - &{Offset:${2 * (line('a').length + 1)} Whence:0}`,
    );
  });

  it('reads the rest of what was renamed, and all that came since', async () => {
    await write(path, 'a');
    const first = folder.read('app.log');
    await first.count(1);
    await first.stop();
    await write(path, 'b');
    await rename(path, `${path}.2`);
    await write(`${path}.1`, 'c');
    await write(path, 'd');
    const second = folder.read('app.log');
    expect(namesOf(await second.count(3)).sort()).toEqual(['b', 'c', 'd']);
    await second.stop();
    const third = folder.read('app.log');
    await write(path, 'e');
    expect(namesOf(await third.count(1))).toEqual(['e']);
  });

  it('does not read old rotated files when it sees a path for the first time', async () => {
    await write(`${path}.1`, 'old');
    await utimes(`${path}.1`, 1e9, 1e9);
    await write(path, 'a');
    const reading = folder.read('app.log');
    await reading.count(1);
    await rename(path, `${path}.0`);
    await write(path, 'b');
    expect(namesOf(await reading.count(2))).toEqual(['a', 'b']);
  });

  it('reads the rest from the copy, and what was filled in anew', async () => {
    await write(path, 'a');
    const first = folder.read('app.log');
    await first.count(1);
    await first.stop();
    await write(path, 'b');
    await copyFile(path, `${path}.1`);
    await truncate(path);
    await write(path, 'c', 'd', 'e');
    const second = folder.read('app.log');
    expect(namesOf(await second.count(4)).sort()).toEqual(['b', 'c', 'd', 'e']);
  });

  it('reads what is not committed again, with the times that it had', async () => {
    await write(path, 'a', 'b');
    const first = folder.read('app.log', { commits: false });
    await first.count(2);
    await write(path, 'c');
    await first.count(3);
    // As after `kill -9`: nothing is brought to the disk any more.
    await first.source.stop();
    await write(path, 'd');
    const second = folder.read('app.log');
    await second.count(4);
    const said = ({ entries }: Reading) =>
      entries.map(({ line: text, timeNano }) => [text, timeNano]);
    expect(said(second).slice(0, 3)).toEqual(said(first));
    expect(new Set(second.entries.map(({ timeNano }) => timeNano)).size).toBe(4);
  });

  it('moves a position only over lines that are committed, without a gap', async () => {
    await write(path, 'a');
    const first = folder.read('app.log', { commits: false });
    await first.count(1);
    await write(path, 'b');
    await first.count(2);
    first.entries[1]?.receipt.release();
    await first.stop();
    const second = folder.read('app.log');
    expect(namesOf(await second.count(2))).toEqual(['a', 'b']);
  });

  it('passes over positions that were torn', async () => {
    await write(path, 'a');
    const first = folder.read('app.log');
    await first.count(1);
    await first.stop();
    const file = folder.file('..', 'positions', 'positions.jsonl');
    const text = await readFile(file, 'utf8');
    await writeFile(file, `${text}["file [\\"test\\",\\"/x`);
    await write(path, 'b');
    const second = folder.read('app.log');
    expect(namesOf(await second.count(1))).toEqual(['b']);
    expect(second.messages()).toContain('lines of the positions file were passed over');
  });
});

it('loses nothing while all files are renamed all the time, however often it starts again', async () => {
  const rotations = 40;
  // A path that was never seen is not known to have been renamed: its old files stay unread.
  const names = ['first'];
  await write(path, 'first');
  const seen = new Set<string>();
  const see = ({ entries }: Reading): void => {
    for (const { line: text, timeNano } of entries) seen.add(`${text} ${timeNano}`);
  };
  const first = folder.read('app.log');
  await first.count(1);
  await first.stop();
  see(first);
  let isWriting = true;
  const writing = (async () => {
    for (let i = 0; i < rotations; i++) {
      names.push(`${i}a`, `${i}b`);
      await write(path, `${i}a`, `${i}b`);
      for (let n = i; n >= 1; n--) await rename(`${path}.${n}`, `${path}.${n + 1}`);
      await rename(path, `${path}.1`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await write(path, 'end');
    isWriting = false;
  })();
  while (isWriting) {
    const reading = folder.read('app.log', { commits: false });
    await eventually('some lines', () =>
      !isWriting || reading.entries.length > 10 ? true : undefined,
    );
    // As after `kill -9`: some of it is committed, the rest is not.
    for (const { receipt } of reading.entries.slice(0, 5)) receipt.release();
    await reading.source.stop();
    see(reading);
  }
  await writing;
  const last = folder.read('app.log');
  await eventually(
    'all lines',
    () => {
      see(last);
      return seen.size > names.length ? true : undefined;
    },
    15_000,
  ).catch(() => {});
  // Each once: what was read again had the time of the first reading.
  expect(namesOf([...seen]).sort()).toEqual([...names, 'end'].sort());
});

it('keeps what waits within bounds when nothing is committed', async () => {
  const reading = folder.read('app.log', { commits: false, source: { pollMs: 1 } });
  await write(path, 'first');
  await idleOf(reading);
  for (let i = 0; i < 80; i++) {
    await write(path, `line${i}`);
    await reading.count(Math.min(i + 2, 64));
  }
  await eventually('that it waits', () => {
    const family = reading.meter
      .collect()
      .find(({ name }) => name === 'sightline_log_file_waits_total');
    return family?.points[0] ? true : undefined;
  });
  expect(reading.lines.length).toBeLessThan(81);
  reading.commit();
  await eventually('the rest', () => {
    reading.commit();
    return reading.lines.length === 81 ? true : undefined;
  });
});

it('says and counts that a file was deleted before it was read to its end', async () => {
  await write(path, 'a', 'b');
  const first = folder.read('app.log', { commits: false });
  await first.count(2);
  await first.stop();
  const size = line('a').length + 1 + line('b').length + 1;
  await rm(path);
  await write(path, 'c');
  const second = folder.read('app.log');
  await second.count(1);
  const gone = second.records.filter(({ message }) => /gone before it was read/.test(message));
  expect(gone.map(({ fields }) => fields)).toEqual([{ path, bytes: size }]);
  const counted = second.meter
    .collect()
    .find(({ name }) => name === 'sightline_log_files_gone_total');
  expect(counted?.points[0]?.value).toBe(1);
});

it('reads on what is written to a renamed file after the path was empty for a moment', async () => {
  await write(path, 'a');
  const reading = folder.read('app.log', { deps: { leaveAfterMs: 2000 } });
  await reading.count(1);
  await rename(path, `${path}.1`);
  await write(path, 'b');
  await reading.count(2);
  await write(`${path}.1`, 'c');
  expect(namesOf(await reading.count(3))).toContain('c');
});
