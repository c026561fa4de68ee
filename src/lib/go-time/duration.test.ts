import { expect, it } from 'vitest';
import { parseGoDuration } from './duration.ts';

it.each([
  ['1h30m', 5400e9],
  ['-1.5s', -1.5e9],
  ['300ms', 3e8],
  ['+2us', 2000],
  ['.5µs', 500],
  ['0', 0],
  ['', undefined],
  ['-', undefined],
  ['10', undefined],
  ['10y', undefined],
  ['1d', undefined],
  ['1s ', undefined],
])('%s is %s ns', (text, nano) => expect(parseGoDuration(text)).toBe(nano));
