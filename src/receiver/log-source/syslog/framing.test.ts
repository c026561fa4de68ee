import { describe, expect, it } from 'vitest';
import { SyslogFraming } from './framing.ts';

function frames(chunks: readonly string[], { bytesMax = 40, isRaw = false } = {}) {
  let tooLong = 0;
  const framing = new SyslogFraming({ bytesMax, isRaw, onTooLong: () => void tooLong++ });
  const found = chunks.flatMap((chunk) => framing.push(Buffer.from(chunk)));
  return { found: [...found, ...framing.end()].map(String), tooLong };
}

/** However the bytes are cut, they are the same messages. */
const ok = (title: string, text: string, expected: string[], more: object = {}, tooLong = 0) =>
  it(title, () => {
    expect(frames([text], more)).toEqual({ found: expected, tooLong });
    expect(frames([...text], more)).toEqual({ found: expected, tooLong });
  });

describe('SyslogFraming', () => {
  ok('lines', '<1>a\n<2>b\r\n<3>c', ['<1>a', '<2>b', '<3>c']);
  ok('NULs at the end', '<1>a\0\n<2>b\0', ['<1>a', '<2>b']);
  ok('counted octets', '5 <1>ab7 <2>\ncde', ['<1>ab', '<2>\ncde']);
  ok('one after the other', '4 <1>a\n<2>b\n4 <3>c', ['<1>a', '<2>b', '<3>c']);
  ok(
    'digits that count nothing',
    '2026 <- a year\n12:00 noon\n',
    ['2026 <- a year', '12:00 noon'],
    {
      isRaw: true,
    },
  );
  ok('lines that begin with digits', '2026 a year\n12\n', ['2026 a year', '12']);
  ok('empty lines', '\n\n<1>a\n\n', ['<1>a']);
  ok('a long line', `<1>${'x'.repeat(50)}\n<2>b\n`, ['<2>b'], {}, 1);
  ok('a long count', `53 <1>${'x'.repeat(50)}4 <2>b`, ['<2>b'], {}, 1);
  ok('a count that is not there whole', '50 <1>abc', [], { bytesMax: 60 });
});
