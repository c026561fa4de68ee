import { describe, expect, it } from 'vitest';
import { journalLabels, journalLine, parseJournalEntry } from './journal-entry.ts';
import { journalctlArgs } from './journalctl.ts';

const given = {
  __CURSOR: 's=ab;i=3ea;b=cd;m=1;t=2;x=3',
  __REALTIME_TIMESTAMP: '1770091506000001',
  __MONOTONIC_TIMESTAMP: '5',
  _SYSTEMD_UNIT: 'nginx.service',
  PRIORITY: '3',
  MESSAGE: 'failed',
};
const parsed = (more: object = {}) => parseJournalEntry(JSON.stringify({ ...given, ...more }));

describe('an entry of the journal', () => {
  it('has a cursor, a time of its own, and fields', () => {
    expect(parsed()).toMatchObject({
      cursor: given.__CURSOR,
      timeNano: 1_770_091_506_000_001_002n,
    });
    expect([...(parsed()?.fields.keys() ?? [])]).toEqual(['_SYSTEMD_UNIT', 'PRIORITY', 'MESSAGE']);
  });

  it('has labels', () => {
    expect(Object.fromEntries(journalLabels(parsed()?.fields ?? new Map()))).toEqual({
      __journal__systemd_unit: 'nginx.service',
      __journal_priority: '3',
      __journal_priority_keyword: 'error',
      __journal_message: 'failed',
    });
  });

  it('may have bytes, several values, and none', () => {
    const message = [...Buffer.from('caf\u00e9 \u001b[0m')];
    expect(parsed({ MESSAGE: message })?.fields.get('MESSAGE')).toBe('caf\u00e9 \u001b[0m');
    expect(parsed({ MESSAGE: ['a', 'b'] })?.fields.get('MESSAGE')).toBe('b');
    expect(parsed({ MESSAGE: null })?.fields.has('MESSAGE')).toBe(false);
  });

  it('is a line, or all of it', () => {
    const fields = new Map([
      ['MESSAGE', 'm'],
      ['A', '1'],
    ]);
    expect(journalLine(fields, false)).toBe('m');
    expect(journalLine(fields, true)).toBe('{"A":"1","MESSAGE":"m"}');
    expect(journalLine(new Map(), false)).toBeUndefined();
  });

  it.each(['', '{', '[]', 'null', '{"__CURSOR":"a"}', '{"__CURSOR":1,"__REALTIME_TIMESTAMP":"2"}'])(
    'is not %s',
    (text) => expect(parseJournalEntry(text)).toBeUndefined(),
  );
});

it('is asked of journalctl by age, or after a cursor', () => {
  const config = { path: '/var/log/journal', matches: '_A=1 + B=2', ageMsMax: 60_000 };
  const nowMs = 100_000;
  expect(journalctlArgs({ config, cursor: '', nowMs }).slice(5)).toEqual([
    '--since=@40',
    '--directory=/var/log/journal',
    '_A=1',
    '+',
    'B=2',
  ]);
  const plain = { path: '', matches: '', ageMsMax: 0 };
  expect(journalctlArgs({ config: plain, cursor: 's=1', nowMs }).slice(5)).toEqual([
    '--after-cursor=s=1',
  ]);
});
