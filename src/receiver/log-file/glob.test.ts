import { describe, expect, it } from 'vitest';
import { matchesGlob, parseGlob } from './glob.ts';

describe('matchesGlob', () => {
  it.each([
    ['/var/log/*.log', '/var/log/a.log', true],
    ['/var/log/*.log', '/var/log/.log', true],
    ['/var/log/*.log', '/var/log/b/a.log', false],
    ['/var/log/**/*.log', '/var/log/a.log', true],
    ['/var/log/**/*.log', '/var/log/b/c/a.log', true],
    ['/var/log/**', '/var/log/b/c', true],
    ['/var/log/**/c/*', '/var/log/b/d/x', false],
    ['/var/log/a?.log', '/var/log/ab.log', true],
    ['/var/log/a?.log', '/var/log/a.log', false],
    ['/var/log/[a-c]x.log', '/var/log/bx.log', true],
    ['/var/log/[!a-c]x.log', '/var/log/bx.log', false],
    ['/var/log/[^a-c]x.log', '/var/log/dx.log', true],
    ['/var/log/{a,b/{c,d}}.log', '/var/log/b/d.log', true],
    ['/var/log/{a,b/{c,d}}.log', '/var/log/b/e.log', false],
    ['/var/log/\\*.log', '/var/log/*.log', true],
    ['/var/log/\\*.log', '/var/log/a.log', false],
    ['/var/log/a.b+c(d).log', '/var/log/a.b+c(d).log', true],
    ['/var/log/a.log', '/var/log/axlog', false],
    ['/var/log/pods/*f00d/web/*.log', '/var/log/pods/ns_pod_f00d/web/0.log', true],
    ['/var/log/z\u00f6\ud83d\ude00*', '/var/log/z\u00f6\ud83d\ude00.log', true],
  ])('%s and %s: %s', (glob, path, isMatch) => {
    expect(matchesGlob(parseGlob(glob), path)).toBe(isMatch);
  });
});

describe('parseGlob', () => {
  it.each([
    ['/a/{b', "the file pattern '/a/{b' has an open brace"],
    ['/a/[z-a]', "'[z-a]' is no pattern"],
    ['/{0,1}'.repeat(10), 'stands for more than 1000 patterns'],
  ])('refuses %s', (glob, why) => {
    expect(() => parseGlob(glob)).toThrow(why);
  });
});
