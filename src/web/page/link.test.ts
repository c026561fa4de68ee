import { describe, expect, it } from 'vitest';
import { exploreHref, readExplore, readRange, traceHref, withParams } from './link.ts';

const range = { from: 'now-15m', to: 'now' };
const read = (href: string) => {
  const { searchParams } = new URL(href, 'http://x');
  return { ...readExplore(searchParams), range: readRange(searchParams) };
};

describe('addresses', () => {
  it('leave defaults out', () =>
    expect(exploreHref({ mode: 'logs', range })).toBe('/explore?mode=logs'));
  it('come back as they were', () => {
    const place = {
      mode: 'metrics',
      query: 'sum by (a) (rate(x{b="c&d"}[5m]))',
      job: 'shop/api',
      range: { from: '1700000000000', to: '1700000060000' },
    } as const;
    expect(read(exploreHref(place))).toEqual(place);
  });
  it('show metrics when nothing is said', () =>
    expect(read('/explore')).toEqual({ mode: 'metrics', query: undefined, job: undefined, range }));
  it('of a trace', () =>
    expect(traceHref({ traceId: 'ab', spanId: 'cd', range })).toBe('/trace/ab?span=cd'));
  it('change one thing', () =>
    expect(
      withParams(
        { path: '/explore', params: new URLSearchParams('mode=logs&q=x') },
        { q: undefined, from: 'now-5m' },
      ),
    ).toBe('/explore?mode=logs&from=now-5m'));
});
