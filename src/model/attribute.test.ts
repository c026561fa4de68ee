import { describe, expect, it } from 'vitest';
import {
  attributeText,
  attributeTypeOf,
  flattenAttribute,
  toStoredAttribute,
} from './attribute.ts';

describe('a stored attribute', () => {
  const keeps = (value: Parameters<typeof toStoredAttribute>[0], type: string, text: string) =>
    it(`keeps ${String(value)} as ${type}`, () => {
      const stored = toStoredAttribute(value);
      expect([attributeTypeOf(stored), attributeText(stored)]).toEqual([type, text]);
    });
  keeps('text', 'string', 'text');
  keeps('', 'string', '');
  keeps('\x02looks like an int', 'string', '\x02looks like an int');
  keeps('\x07', 'string', '\x07');
  keeps(true, 'bool', 'true');
  keeps(-5, 'int', '-5');
  keeps(2n ** 63n, 'int', '9223372036854775808');
  keeps(0.5, 'double', '0.5');
  keeps(Number.NaN, 'double', 'NaN');
  keeps(null, 'empty', '');
  keeps(['a', 1], 'json', '["a",1]');

  it('is itself when it is text', () => {
    expect(toStoredAttribute('text')).toBe('text');
  });

  it('becomes an attribute per value when it is a map', () => {
    const flat = (value: object) => flattenAttribute('k', toStoredAttribute(value));
    expect(flat({ a: { b: 'c' }, n: 2, list: [1, 'x'], none: null })).toEqual([
      ['k.a.b', 'c'],
      ['k.n', '2'],
      ['k.list', '[1,"x"]'],
      ['k.none', 'null'],
    ]);
    expect(flat([1])).toEqual([['k', '[1]']]);
    expect(flattenAttribute('k', '{"a":1}')).toEqual([['k', '{"a":1}']]);
  });
});
