import { RE2JS } from 're2js';
import { expect, it } from 'vitest';
import { expandMatch } from './expand-match.ts';

it('expands as Go does', () => {
  const match = RE2JS.compile('(?P<first>a)(?P<b_1>b)(c)?').matcher('ab');
  expect(match.find()).toBe(true);
  const expanded = (template: string): string => expandMatch(template, match);
  expect(expanded('plain')).toBe('plain');
  expect(expanded('$1-${2}-$0-$first-${first}')).toBe('a-b-ab-a-a');
  expect(expanded('$1x|${1}x|$first_|$nope|$9|$3')).toBe('|ax||||');
  expect(expanded('$$1 $ $- ${ ${} ${1')).toBe('$1 $ $- ${ ${} ${1');
  expect(expanded('$constructor$__proto__')).toBe('');
});
