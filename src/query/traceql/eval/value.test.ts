import { describe, expect, it } from 'vitest';
import { toStoredAttribute } from '#model/attribute.ts';
import { calculate, compare, splitJsonArray, type Value, valueOfStored } from './value.ts';

const stored = (value: Parameters<typeof toStoredAttribute>[0]): Value =>
  valueOfStored(toStoredAttribute(value));

describe('compare', () => {
  const holds = (name: string, actual: boolean) => it(name, () => expect(actual).toBe(true));
  holds('int with double', compare('=', stored(2), { type: 'float', value: 2 }));
  holds('beyond 2^53', compare('>', stored(2n ** 53n + 1n), stored(2n ** 53n)));
  holds('not string with number', !compare('!=', stored('2'), stored(2)));
  holds('strings by code point', compare('<', stored('\uffee'), stored('😀')));
  holds('prefixes first', compare('<', stored('a'), stored('ab')));
  holds('NaN differs', compare('!=', { type: 'float', value: Number.NaN }, stored(1)));
  holds('NaN is not equal', !compare('=', { type: 'float', value: Number.NaN }, stored(1)));
  holds('any element', compare('=', stored(['a', 'b']), stored('b')));
  holds('no element', !compare('!=', stored(['a', 'b']), stored('b')));
  holds('the point matches a line end', compare('=~', stored('a\nb'), stored('a.b')));
  holds('anchored alternatives', !compare('=~', stored('ab'), stored('a|b')));
  holds('a value that is no pattern', !compare('=~', stored('('), stored('(')));
  holds('bytes equal nothing', !compare('=', valueOfStored('\x04AQ=='), stored('AQ==')));
});

describe('calculate', () => {
  const gives = (name: string, actual: Value, expected: Value) =>
    it(name, () => expect(actual).toEqual(expected));
  gives('whole division', calculate('/', stored(-7), stored(2)), { type: 'int', value: -3 });
  gives('double division', calculate('/', stored(7), { type: 'float', value: 2 }), {
    type: 'float',
    value: 3.5,
  });
  gives('durations', calculate('*', { type: 'duration', value: 3 }, stored(2)), {
    type: 'duration',
    value: 6,
  });
  gives('by zero', calculate('%', stored(7), stored(0)), { type: 'nil' });
  gives('no number', calculate('+', stored('1'), stored(1)), { type: 'nil' });
});

describe('splitJsonArray', () => {
  const splits = (json: string, items: string[]) =>
    it(json, () => expect(splitJsonArray(json)).toEqual(items));
  splits('[]', []);
  splits('[1,1.0,"a,]\\"",[2,3],{"k":[4]},null]', [
    '1',
    '1.0',
    '"a,]\\""',
    '[2,3]',
    '{"k":[4]}',
    'null',
  ]);
  splits('[1,', ['1']);
});
