import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InputError } from '#lib/errors.ts';
import { parseCursor, printCursor } from './cursor.ts';

it('comes back as it was', () => {
  const id = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const time = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  const arrivals = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
  fc.assert(
    fc.property(time, id, arrivals, id, (timeNano, streamId, arrival, recordHash) => {
      const end = { timeNano, streamId, arrival, recordHash };
      expect(parseCursor(printCursor(end))).toEqual(end);
    }),
  );
});

it('is refused when it is none', () => {
  for (const text of [
    '',
    '1.2',
    '1.2.3',
    '1.2.3.4.5',
    'x.1.1.1',
    '1.-.1.1',
    '9223372036854775808.1.1.1',
  ]) {
    expect(() => parseCursor(text), text).toThrow(InputError);
  }
  expect(() => parseCursor(`1.${'z'.repeat(13)}.1.1`)).toThrow('cannot go on at cursor');
});
