import { describe, expect, it } from 'vitest';
import { hasMoreJsonValues } from './json-values.ts';

describe('hasMoreJsonValues', () => {
  const values = (text: string, expected: number) =>
    it(`${text} has ${expected}`, () => {
      const bytes = new TextEncoder().encode(text);
      const isOver = (max: number): boolean => hasMoreJsonValues(bytes, max);
      expect([isOver(expected - 1), isOver(expected)]).toEqual([true, false]);
    });
  values('[1,2]', 2);
  values('[[],{"a":[]}]', 5);
  values('{"a,[{":"x,\\"[,","b":"\\\\"}', 2);
  values('["\\\\\\",",{}]', 3);
  it('leaves what is no JSON to the parser', () => {
    expect(hasMoreJsonValues(new TextEncoder().encode('["a,,,,,,,,,,,'), 3)).toBe(false);
  });
});
