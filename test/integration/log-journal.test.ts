// The journal from a faked journalctl (test/lib/fake-journalctl.ts): a script, not systemd's.
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  type Collected,
  type CollectOptions,
  collectPromtail,
  createPositions,
  labelsOf,
} from '../lib/collected.ts';
import { writeFakeJournalctl } from '../lib/fake-journalctl.ts';

let folder: string;
let running: Collected | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-journal-'));
  await writeFakeJournalctl(folder);
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  await rm(folder, { recursive: true, force: true });
});

const promtail = (keys: string): string => `
scrape_configs:
  - job_name: system
    journal: { labels: { job: journal }, ${keys} }
    relabel_configs:
      - { source_labels: [__journal__systemd_unit], target_label: unit }
      - { source_labels: [__journal_priority_keyword], target_label: level }
`;
const start = async (keys: string, options: CollectOptions = {}): Promise<Collected> => {
  const env = { PATH: folder };
  running = await collectPromtail(promtail(keys), { env, ...options });
  return running;
};
const entry = (cursor: string, message: string | null, more: object = {}): string =>
  `${JSON.stringify({
    __CURSOR: cursor,
    __REALTIME_TIMESTAMP: '1770091506000000',
    _SYSTEMD_UNIT: 'a.service',
    PRIORITY: '4',
    MESSAGE: message,
    ...more,
  })}\n`;
const append = (text: string): Promise<void> => appendFile(join(folder, 'entries'), text);
const calls = async (): Promise<string[][]> =>
  (await readFile(join(folder, 'calls'), 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as string[]);

it('follows it, with labels, by age and matches', async () => {
  await append(entry('c1', 'one'));
  const journal = await start('max_age: 1h, matches: _TRANSPORT=kernel, path: /var/log/journal');
  await journal.untilLines(1);
  await append(entry('c2', 'two'));
  expect(await journal.untilLines(2)).toEqual(['one', 'two']);
  expect(labelsOf(journal)[0]).toEqual({ job: 'journal', unit: 'a.service', level: 'warning' });
  expect(journal.entries[0]?.timeNano).toBe(1_770_091_506_000_000_000n);
  const [args = []] = await calls();
  expect(args).toContain('--follow');
  expect(args.slice(-2)).toEqual(['--directory=/var/log/journal', '_TRANSPORT=kernel']);
  const since = Number(args.find((arg) => arg.startsWith('--since=@'))?.slice(9));
  expect(Math.abs(Date.now() / 1000 - 3600 - since)).toBeLessThan(300);
});

it('goes on after its cursor when journalctl ends, and after a restart', async () => {
  await append(`${entry('c1', 'one')}end\n`);
  const first = await start('json: false');
  await first.untilLines(1);
  const { fields } = await first.said('journalctl has ended; it is started again');
  expect(fields.why).toBe('status 1 the journal is gone');
  await append(entry('c2', 'two'));
  expect(await first.untilLines(2)).toEqual(['one', 'two']);
  first.commits = false;
  await append(entry('c3', 'three'));
  await first.untilLines(3);
  const { positions } = first;
  await first.stop();
  const second = await start('json: true', { positions });
  const [line = ''] = await second.untilLines(1);
  expect(JSON.parse(line)).toEqual({ MESSAGE: 'three', PRIORITY: '4', _SYSTEMD_UNIT: 'a.service' });
  expect((await calls()).map((args) => args.at(-1)).slice(1)).toEqual([
    '--after-cursor=c1',
    '--after-cursor=c2',
  ]);
});

it('reads by age where its cursor is not known any more', async () => {
  const positions = createPositions();
  positions.set('journal/system/journal', { offset: 0, identity: '', cursor: 'unknown' });
  await append(entry('c1', 'one'));
  const journal = await start('json: false', { positions });
  expect(await journal.untilLines(1)).toEqual(['one']);
  await journal.said('the journal does not know where it was left; it is read by age');
});

it('passes over what is no entry or has no message, and says so', async () => {
  await append(`nonsense\n${entry('c1', null)}${entry('c2', 'two')}`);
  const journal = await start('json: false');
  expect(await journal.untilLines(1)).toEqual(['two']);
  expect(journal.counted('promtail_journal_target_parsing_errors_total')).toBe(2);
  const { fields } = await journal.said('entries of the journal were passed over');
  expect(fields.error).toBe('not_json');
});

it('says once that there is no journalctl', async () => {
  const journal = await start('json: false', { env: { PATH: join(folder, 'nothing') } });
  const message = 'the journal is not read: there is no journalctl on this machine';
  await journal.said(message);
  expect(journal.counted('sightline_journal_restarts_total')).toBe(1);
});
