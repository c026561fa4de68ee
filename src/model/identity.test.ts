import { describe, expect, it } from 'vitest';
import { IdentityCache } from './identity.ts';

/** Keys that fall on the same places of a small table. */
const keyOf = (index: number): [number, number] => [Math.imul(index, 64) | 0, index + 1];

describe('an identity cache', () => {
  it('finds what was added, through growth', () => {
    const cache = new IdentityCache();
    let wrong = 0;
    for (let i = 0; i < 5000; i++) {
      if (cache.find(...keyOf(i)) !== -1) wrong++;
      cache.add(...keyOf(i), i, 0xffffffff - i);
    }
    for (let i = 0; i < 5000; i++) {
      const slot = cache.find(...keyOf(i));
      if (cache.idLow(slot) !== i || cache.idHigh(slot) !== 0xffffffff - i) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it('takes keys as unsigned or signed halves', () => {
    const cache = new IdentityCache();
    cache.add(0xffffffff, 0x80000000, 1, 2);
    expect(cache.find(-1, -0x80000000)).toBeGreaterThanOrEqual(0);
  });

  it('takes a key of zeros', () => {
    const cache = new IdentityCache();
    expect(cache.find(0, 0)).toBe(-1);
    cache.add(0, 0, 5, 6);
    expect(cache.idLow(cache.find(0, 0))).toBe(5);
  });

  it('sends everything again once it is cleared', () => {
    const cache = new IdentityCache();
    const before = cache.claims();
    const late = cache.claims();
    const claims = (claimed: typeof before): boolean => {
      const slot = cache.find(...keyOf(1));
      return claimed.claim(slot < 0 ? cache.add(...keyOf(1), 5, 6) : slot, 100);
    };
    expect([claims(before), claims(late)]).toEqual([true, true]);
    before.committed();
    expect(claims(cache.claims())).toBe(false);
    cache.clear();
    // What was on its way when the rows were deleted says nothing of what is there now.
    late.committed();
    expect(claims(cache.claims())).toBe(true);
  });

  it('stays bounded and keeps what is asked for', () => {
    const cache = new IdentityCache(1000);
    cache.add(...keyOf(0), 77, 88);
    let bytes = 0;
    for (let i = 1; i < 20_000; i++) {
      cache.add(...keyOf(i), i, i);
      if (i % 500 === 0) expect(cache.idLow(cache.find(...keyOf(0)))).toBe(77);
      bytes = Math.max(bytes, cache.byteLength);
    }
    expect(bytes).toBeLessThanOrEqual(2 * 2048 * 32);
    expect(cache.find(...keyOf(1))).toBe(-1);
  });

  it('asks for a row once per batch, and again until a batch is committed', () => {
    const cache = new IdentityCache();
    const slot = cache.add(1, 2, 3, 4);
    const first = cache.claims();
    expect([first.claim(slot, 7), first.claim(slot, 7)]).toEqual([true, false]);
    const second = cache.claims();
    expect(second.claim(slot, 7)).toBe(true);
    first.committed();
    expect(cache.claims().claim(slot, 7)).toBe(false);
    expect(cache.claims().claim(slot, 8)).toBe(true);
  });

  it('remembers the last two days', () => {
    const cache = new IdentityCache();
    const slot = cache.add(1, 2, 3, 4);
    const commit = (day: number): boolean => {
      const claims = cache.claims();
      const isNeeded = claims.claim(slot, day);
      claims.committed();
      return isNeeded;
    };
    expect([-1, 0, -1, 0, 1, 0, -1].map(commit)).toEqual([
      true,
      true,
      false,
      false,
      true,
      false,
      true,
    ]);
  });

  it('commits what moved to another place, and forgets what is gone', () => {
    const cache = new IdentityCache(600);
    const claims = cache.claims();
    claims.claim(cache.add(1, 2, 3, 4), 7);
    for (let i = 0; i < 700; i++) cache.add(...keyOf(i), i, i);
    claims.committed();
    expect(cache.claims().claim(cache.find(1, 2), 7)).toBe(false);
    const lost = cache.claims();
    lost.claim(cache.find(1, 2), 8);
    for (let i = 1000; i < 3000; i++) cache.add(...keyOf(i), i, i);
    expect(cache.find(1, 2)).toBe(-1);
    lost.committed();
    expect(cache.find(1, 2)).toBe(-1);
  });
});
