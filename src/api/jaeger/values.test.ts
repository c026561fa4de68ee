import { describe, expect, it } from 'vitest';
import {
  parseBoolean,
  parseDuration,
  parseInteger,
  parseStringMap,
  parseTimestamp,
} from './values.ts';

const explain = (problem: string): string => `param: ${problem}`;

describe('values', () => {
  const reads = (name: string, value: () => unknown, expected: unknown) =>
    it(name, () => expect(value()).toEqual(expected));
  reads('an integer', () => parseInteger('-9223372036854775808', explain), -(2n ** 63n));
  reads('a signed integer', () => parseInteger('+7', explain, 32), 7n);
  reads('a boolean', () => ['1', 'T', 'False'].map((text) => parseBoolean(text, explain)), [
    true,
    true,
    false,
  ]);
  reads('a duration', () => parseDuration('1m0.5s', explain), 60_500_000_000n);
  reads(
    'a time',
    () => parseTimestamp('2026-05-04T10:00:00.123456789Z', explain),
    1777888800123456789n,
  );
  reads(
    'a time of a zone',
    () => parseTimestamp('2026-05-04T12:00:00+02:00', explain),
    1777888800000000000n,
  );
  reads('strings', () => [...parseStringMap('{"a":"1","b":2,"c":true}', explain)], [
    ['a', '1'],
    ['b', '2'],
    ['c', 'true'],
  ]);
  reads('no strings', () => parseStringMap('null', explain).size, 0);

  const refuses = (name: string, value: () => unknown, message: string) =>
    it(`refuses ${name}`, () => expect(value).toThrow(`param: ${message}`));
  refuses('a word', () => parseInteger('x', explain), 'strconv.ParseInt: parsing "x": invalid');
  refuses('33 bits', () => parseInteger('2147483648', explain, 32), 'strconv.ParseInt: parsing');
  refuses('a long number', () => parseInteger('9'.repeat(1e5), explain), 'strconv.ParseInt');
  refuses('yes', () => parseBoolean('yes', explain), 'strconv.ParseBool: parsing "yes"');
  refuses('a bare number', () => parseDuration('5', explain), 'time: missing unit in duration "5"');
  refuses('a day', () => parseDuration('1d', explain), 'time: invalid duration "1d"');
  refuses('three centuries', () => parseDuration('9999999h', explain), 'time: invalid duration');
  refuses('a date', () => parseTimestamp('2026-05-04', explain), 'parsing time "2026-05-04"');
  refuses('the 13th month', () => parseTimestamp('2026-13-04T10:00:00Z', explain), 'parsing time');
  refuses('a list', () => parseStringMap('[]', explain), 'expected an object of strings');
  refuses('nested', () => parseStringMap('{"a":{}}', explain), 'the value of "a" is no string');
});
