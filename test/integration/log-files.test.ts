// Reading log files from a real folder: what is found, and what is a line.
import { appendFile, chmod, mkdir, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../lib/eventually.ts';
import { LogFolder, type Reading } from '../lib/log-folder.ts';

let folder: LogFolder;
beforeEach(async () => {
  folder = await LogFolder.make();
  await mkdir(folder.path);
});
afterEach(() => folder.remove());

const handles = async (): Promise<number> => (await readdir('/proc/self/fd')).length;

const pathsOf = ({ entries }: Reading): string[] =>
  [...new Set(entries.map(({ labels }) => labels.get('filename') ?? ''))]
    .map((path) => path.slice(folder.path.length + 1))
    .sort();

it('finds files by stars, alternatives and classes, and leaves out what is excluded', async () => {
  await mkdir(folder.file('a', 'b'), { recursive: true });
  for (const name of [
    'one.log',
    'two.txt',
    'three.md',
    'a/four.log',
    'a/b/five1.log',
    'a/b/fivex.log',
  ]) {
    await writeFile(folder.file(name), `${name}\n`);
  }
  const reading = folder.read('**/*{.log,.txt}', {}, [
    ['__path_exclude__', folder.file('**/*[0-9].log')],
  ]);
  await reading.count(4);
  expect(pathsOf(reading)).toEqual(['a/b/fivex.log', 'a/four.log', 'one.log', 'two.txt']);
});

it('finds files that come later, in folders that come later', async () => {
  const reading = folder.read('*/app.log');
  await mkdir(folder.file('late'));
  await writeFile(folder.file('late', 'app.log'), 'first\n');
  expect(await reading.count(1)).toEqual(['first']);
});

it('gives entries the labels of target and source, the path, and the tenant', async () => {
  await writeFile(folder.file('app.log'), 'line\n');
  const reading = folder.read('app.log', { source: { labels: [['agent', 'x']] } }, [
    ['__meta_x', '1'],
    ['__tenant_id__', 'team'],
    ['job', 'api'],
  ]);
  await reading.count(1);
  expect(Object.fromEntries(reading.entries[0]?.labels ?? [])).toEqual({
    agent: 'x',
    job: 'api',
    filename: folder.file('app.log'),
    __tenant_id__: 'team',
  });
});

it('holds a line until it has its end, or until nothing was added for a while', async () => {
  const path = folder.file('app.log');
  await writeFile(path, 'one\ntw');
  const reading = folder.read('app.log', { deps: { partialLineWaitMs: 60_000 } });
  await reading.count(1);
  await appendFile(path, 'o\nthree');
  expect(await reading.count(2)).toEqual(['one', 'two']);
  await reading.stop();
  const later = folder.read('app.log');
  expect(await later.count(1)).toEqual(['three']);
});

it('reads CRLF, empty lines, marks of byte order and UTF-16', async () => {
  await writeFile(folder.file('crlf.log'), '\ufeffone\r\n\r\ntwo\r\n');
  const utf16 = Buffer.from('\ufeffzw\u00f6lf \u010a\r\nnext\r\n', 'utf16le');
  await writeFile(folder.file('le.log'), utf16);
  await writeFile(folder.file('be.log'), Buffer.from(utf16).swap16());
  const reading = folder.read('*.log');
  expect((await reading.count(7)).sort()).toEqual(
    ['', 'next', 'next', 'one', 'two', 'zw\u00f6lf \u010a', 'zw\u00f6lf \u010a'].sort(),
  );
});

it('reads the encoding that it is told', async () => {
  await writeFile(folder.file('app.log'), Buffer.from('gr\u00fc\u00df\n', 'latin1'));
  const reading = folder.read('app.log', { source: { encoding: 'iso-8859-1' } });
  expect(await reading.count(1)).toEqual(['gr\u00fc\u00df']);
  expect(() => folder.read('app.log', { source: { encoding: 'klingon' } })).toThrow(
    /encoding 'klingon'.*not known/,
  );
});

it('cuts lines that are too long between characters, and goes on after garbage', async () => {
  const garbage = Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7 + 11) % 256));
  await writeFile(folder.file('app.log'), `${'\u20ac'.repeat(5)}\nshort\n`);
  await appendFile(folder.file('app.log'), garbage);
  await appendFile(folder.file('app.log'), '\nlast\n');
  const reading = folder.read('app.log', { source: { lineBytesMax: 10 } });
  await eventually('the last line', () => (reading.lines.at(-1) === 'last' ? true : undefined));
  expect(reading.lines.slice(0, 3)).toEqual(['\u20ac\u20ac\u20ac', '\u20ac\u20ac', 'short']);
});

it('reads a line of a megabyte as one', async () => {
  const long = 'x'.repeat(1_000_000);
  await writeFile(folder.file('app.log'), `${long}\nlast\n`);
  const reading = folder.read('app.log');
  expect((await reading.count(2)).map(({ length }) => length)).toEqual([1_000_000, 4]);
});

it('reads compressed files once, and refuses what it has no decoder for', async () => {
  await writeFile(folder.file('a.log.gz'), gzipSync('one\ntwo'));
  await writeFile(folder.file('b.log.z'), deflateSync('three\n'));
  await writeFile(folder.file('c.log'), 'four\n');
  const source = { decompression: 'auto' } as const;
  const reading = folder.read('*', { source });
  expect((await reading.count(4)).sort()).toEqual(['four', 'one', 'three', 'two']);
  await reading.stop();
  const again = folder.read('*', { source });
  await appendFile(folder.file('c.log'), 'five\n');
  expect(await again.count(1)).toEqual(['five']);
  expect(() => folder.read('*', { source: { decompression: 'bz2' } })).toThrow(
    /^cannot read log files compressed by bz2/,
  );
});

it('does not take a compressed file for text', async () => {
  await writeFile(folder.file('app.log.1.gz'), gzipSync('one\n'));
  await writeFile(folder.file('app.log'), 'two\n');
  const reading = folder.read('app.log*');
  await reading.count(1);
  await eventually('a warning', () =>
    reading.messages().find((text) => text.includes('is compressed and not read')),
  );
  expect(reading.lines).toEqual(['two']);
});

it('says what it does in the words that guides look for', async () => {
  const path = folder.file('app.log');
  await writeFile(path, 'one\n');
  const reading = folder.read('app.log');
  await reading.count(1);
  expect(reading.messages()).toEqual([
    'Adding target',
    'tail routine: started',
    `Seeked ${path} - &{Offset:0 Whence:0}`,
  ]);
});

/** Nobody may read everything: as root the test goes on as another user. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}

it('says which file it may not read, once, and reads it when it may', async () => {
  const path = folder.file('app.log');
  await chmod(folder.file('..'), 0o777);
  await writeFile(path, 'one\n');
  await chmod(path, 0);
  let reading: Reading | undefined;
  const denied = () => reading?.records.filter(({ level }) => level === 'error') ?? [];
  await asNobody(async () => {
    reading = folder.read('app.log');
    await eventually('an error', () => denied()[0]);
  });
  await chmod(path, 0o644);
  await asNobody(async () => void (await reading?.count(1)));
  expect(denied().map(({ fields }) => fields['error'])).toEqual([
    `open ${path}: permission denied`,
  ]);
});

it('reads the containers of pods: those that restart, and those that are rotated', async () => {
  const web = folder.file('pods', 'shop_web-0_1f2e', 'web');
  const proxy = folder.file('pods', 'shop_web-0_1f2e', 'proxy');
  await mkdir(web, { recursive: true });
  await mkdir(proxy, { recursive: true });
  await mkdir(folder.file('pods', 'shop_db-0_9a8b', 'db'), { recursive: true });
  const cri = (text: string): string => `2026-01-31T10:11:12.000000001Z stdout F ${text}\n`;
  await writeFile(join(web, '0.log'), cri('web starts'));
  await writeFile(join(proxy, '0.log'), cri('proxy starts'));
  await writeFile(folder.file('pods', 'shop_db-0_9a8b', 'db', '0.log'), cri('another pod'));
  const reading = folder.read('pods/*1f2e/web/*.log', {}, [['pod', 'web-0']]);
  await reading.count(1);
  await rename(join(web, '0.log'), join(web, '0.log.20260131-101113'));
  await writeFile(join(web, '0.log'), cri('rotated'));
  await reading.count(2);
  await writeFile(join(web, '1.log'), cri('restarted'));
  expect(await reading.count(3)).toEqual(
    ['web starts', 'rotated', 'restarted'].map((text) => cri(text).trimEnd()),
  );
});

it('starts at the end when it is told so, but for files that come later', async () => {
  await writeFile(folder.file('old.log'), 'before\n');
  const reading = folder.read('*.log', { source: { tailsFromEnd: true } });
  await eventually('the file', () => reading.messages().find((text) => text.includes('Seeked')));
  await appendFile(folder.file('old.log'), 'after\n');
  await reading.count(1);
  await writeFile(folder.file('new.log'), 'begin\n');
  expect(await reading.count(2)).toEqual(['after', 'begin']);
});

it('goes on where Promtail was', async () => {
  const path = folder.file('app.log');
  await writeFile(path, 'one\ntwo\n');
  const reading = folder.read('app.log', { deps: { importedOffsets: new Map([[path, 4]]) } });
  expect(await reading.count(1)).toEqual(['two']);
});

it('follows links, and reads a file with two names once', async () => {
  await mkdir(folder.file('pods', 'uid', 'web'), { recursive: true });
  await mkdir(folder.file('containers'));
  const path = folder.file('pods', 'uid', 'web', '0.log');
  await writeFile(path, 'one\n');
  await symlink(path, folder.file('containers', 'web.log'));
  const reading = folder.read('{containers/*.log,pods/*/*/*.log}');
  await reading.count(1);
  await appendFile(path, 'two\n');
  expect(await reading.count(2)).toEqual(['one', 'two']);
  expect(pathsOf(reading)).toEqual(['containers/web.log']);
});

it('reads a thousand files with few handles', async () => {
  const names = Array.from({ length: 1000 }, (_, i) => folder.file(`${i}.log`));
  await Promise.all(names.map((name, i) => writeFile(name, `first ${i}\n`)));
  const reading = folder.read('*.log', { deps: { openFilesMax: 20 } });
  const handlesBefore = await handles();
  await reading.count(1000);
  expect(await handles()).toBeLessThan(handlesBefore + 30);
  await Promise.all(names.map((name, i) => appendFile(name, `second ${i}\n`)));
  const lines = await reading.count(2000);
  expect(new Set(lines).size).toBe(2000);
  const active = reading.meter.collect().find(({ name }) => name === 'promtail_files_active_total');
  expect(active?.points[0]?.value).toBe(1000);
  await reading.stop();
  await Promise.all(names.map((name, i) => appendFile(name, `third ${i}\n`)));
  const again = folder.read('*.log', { deps: { openFilesMax: 20 } });
  expect(new Set(await again.count(1000)).size).toBe(1000);
});

it('reads what is left of files that nobody asks for any more, and stops', async () => {
  const path = folder.file('app.log');
  await writeFile(path, 'one\n');
  const reading = folder.read('app.log');
  await reading.count(1);
  await appendFile(path, 'two\n');
  reading.source.setTargets([]);
  await reading.count(2);
  await eventually('no file', () => {
    const families = reading.meter.collect();
    const active = families.find(({ name }) => name === 'promtail_files_active_total');
    return active?.points[0]?.value === 0 ? true : undefined;
  });
});

it('passes over targets of another host when it is asked to', async () => {
  const path = folder.file('app.log');
  await writeFile(path, 'one\n');
  const deps = { hostname: 'here' };
  const elsewhere: [string, string][] = [['__host__', 'there']];
  const options = { deps, source: { id: 'promtail', isOfThisHost: true } };
  const first = folder.read('app.log', options, elsewhere);
  const all = folder.read('app.log', { deps }, elsewhere);
  expect(await all.count(1)).toEqual(['one']);
  expect(first.lines).toEqual([]);
  first.source.setTargets([
    [
      ['__path__', path],
      ['__host__', 'here'],
    ],
  ]);
  expect(await first.count(1)).toEqual(['one']);
});

it('counts by the names of Promtail', async () => {
  await writeFile(folder.file('app.log'), 'one\ntwo\n');
  const reading = folder.read('app.log');
  await reading.count(2);
  const values = reading.meter
    .collect()
    .filter(
      ({ name }) => name.startsWith('promtail_') && name !== 'promtail_encoding_failures_total',
    )
    .map(({ name, points }) => [name, points[0]?.labels, points[0]?.value]);
  const labels = { path: folder.file('app.log') };
  expect(values).toEqual([
    ['promtail_read_bytes_total', labels, 8],
    ['promtail_read_lines_total', labels, 2],
    ['promtail_file_bytes_total', labels, 8],
    ['promtail_files_active_total', {}, 1],
  ]);
});
