import { describe, expect, it } from 'vitest';
import { errorPosition } from './error-position.ts';

describe('errorPosition', () => {
  const at = (message: string, query: string, from: number, to: number) =>
    it(message, () => expect(errorPosition(message, query)).toEqual({ from, to }));
  at('invalid parameter "query": 1:5: parse error: unexpected identifier "foo"', 'sum foo', 4, 7);
  at('parse error at line 1, col 6: syntax error', '{a=} x', 5, 6);
  at('parse error at line 2, col 3: unexpected', '{}\n| nope', 5, 9);
  at('1:99: parse error: unexpected end of input', 'rate(', 4, 5);
  it('is unknown without numbers', () =>
    expect(errorPosition('query timed out', 'up')).toBeUndefined());
});
