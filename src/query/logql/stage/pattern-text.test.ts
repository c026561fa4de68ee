import { describe, expect, it } from 'vitest';
import { capturePattern, matchesPattern, parsePattern } from './pattern-text.ts';

describe('a line follows a pattern', () => {
  const follows = (pattern: string, line: string, wanted = true) =>
    it(`${pattern} ${wanted ? '✓' : '✗'} ${JSON.stringify(line)}`, () =>
      expect(matchesPattern(parsePattern(pattern), line)).toBe(wanted));
  const not = (pattern: string, line: string) => follows(pattern, line, false);
  follows('', '');
  not('', 'a');
  not('<_>', '');
  follows('<_>', 'a');
  follows('<_> b <_>', 'a b c');
  not('<_> b <_>', ' b c');
  not('<_> b <_>', 'a b ');
  follows('<_>b', 'ab');
  not('<_>b', 'b');
  not('<_>b', 'abcb');
  not('<_>]', '[a] [b]');
  follows('a <_>', 'a b');
  follows('a <_>', 'see a b');
  follows('a', 'see a');
  not('a', 'a see');
  follows('<a b>', 'x <a b>');
  follows('é<_>ü', 'é🤷ü');
});

describe('captures', () => {
  const captures = (pattern: string, line: string, ...wanted: string[]) =>
    it(`${pattern} of ${JSON.stringify(line)}`, () =>
      expect(
        capturePattern(parsePattern(pattern), line).map(([name, value]) => `${name}=${value}`),
      ).toEqual(wanted));
  captures('<a> <b>', 'x y z', 'a=x', 'b=y z');
  captures('<a>-<b>', 'x y', 'a=x y');
  captures('p <a>', 'a p b');
  captures('<_> <a>]', 'x y] z', 'a=y');
  captures('<a><', 'x<', 'a=x');
  captures('<1><a>', '<1>b', 'a=b');
});
