import { describe, expect, it } from 'vitest';
import { parseRfc5424 } from './rfc5424.ts';

const nothing = {
  timeNano: undefined,
  hostname: undefined,
  appName: undefined,
  procId: undefined,
  msgId: undefined,
  structuredData: [],
};

describe('parseRfc5424', () => {
  const ok = (text: string, expected: object) =>
    it(text, () => expect(parseRfc5424(text)).toMatchObject(expected));

  ok('<0>1 - - - - - -', { facility: 0, severity: 0, ...nothing, text: '' });
  ok('<191>1 - - - - - - all of them nil', { facility: 23, severity: 7, text: 'all of them nil' });
  ok('<14>1 2026-02-03T04:05:06.789Z web-1 shop 4711 ORDER - paid', {
    ...{ facility: 1, severity: 6, hostname: 'web-1', appName: 'shop', procId: '4711' },
    ...{ msgId: 'ORDER', text: 'paid', timeNano: 1_770_091_506_789_000_000n },
  });
  ok('<14>1 2026-02-03T04:05:06.000000003-05:30 h a - - - x', {
    timeNano: 1_770_111_306_000_000_003n,
  });
  ok('<14>2 - h a - - - version 2', { text: 'version 2' });
  ok('<14>1 - h a - - - \uFEFFwith a mark', { text: 'with a mark' });
  ok('<14>1 - h a - - -  a space of its own', { text: ' a space of its own' });
  ok('<14>1 - h a - - [a@1 k="v" e=""][b] text [c="d"]', {
    structuredData: [
      {
        id: 'a@1',
        params: [
          ['k', 'v'],
          ['e', ''],
        ],
      },
      { id: 'b', params: [] },
    ],
    text: 'text [c="d"]',
  });
  ok(String.raw`<14>1 - h a - - [a k="\"q\" \\ \] \n ]"] x`, {
    structuredData: [{ id: 'a', params: [['k', String.raw`"q" \ ] \n ]`]] }],
  });
  ok('<14>1 - h a - - [a k="ünïcode 🙂"]', { text: '' });

  const bad = (text: string, why: string) =>
    it(`refuses ${text}`, () => expect(() => parseRfc5424(text)).toThrow(why));

  bad('', '<priority> is missing at character 1');
  bad('hello', '<priority> is missing at character 1');
  bad('<192>1 - - - - - -', 'the priority 192 is above 191');
  bad('<1000>1 - - - - - -', '<priority> is missing');
  bad('<34>Oct 11 22:14:15 mymachine su: failed', 'the version is no number at character 5');
  bad('<14>1 2026-02-30T00:00:00Z h a - - - x', 'the time is not as in RFC 3339 at character 7');
  bad('<14>1 - - - -', 'the process id is missing');
  bad('<14>1 - - - - - ', 'structured data is missing');
  bad('<14>1 - - - - - [a', 'structured data has no end');
  bad('<14>1 - - - - - [a k="v', 'a value has no end');
  bad('<14>1 - - - - - [a k=v]', '="value" is missing');
  bad('<14>1 - - - - - [a]x', 'a space is missing');
  bad(`<14>1 - ${'h'.repeat(256)} a - - - x`, 'the host name is longer than 255 characters');
});
