import { expect, it } from 'vitest';
import { Lru } from './lru.ts';

it('forgets what was not asked for the longest', () => {
  const lru = new Lru<string, number>(2);
  lru.set('a', 1);
  lru.set('b', 2);
  expect(lru.get('a')).toBe(1);
  lru.set('c', 3);
  expect([lru.get('a'), lru.get('b'), lru.get('c')]).toEqual([1, undefined, 3]);
  expect(lru.size).toBe(2);
});

it('replaces without growing', () => {
  const lru = new Lru<string, number>(2);
  lru.set('a', 1);
  lru.set('a', 2);
  lru.set('b', 3);
  expect([lru.size, lru.get('a')]).toEqual([2, 2]);
});
