import { describe, expect, it } from 'vitest';
import { RecentKeys } from '../recent-keys.ts';
import { HalfTable } from './half-table.ts';

/** Keys of which many have one place in the index. */
const keyOf = (i: number): [number, number] => [(i * 7) % 64, i];

function orderOf(table: HalfTable): number[] {
  const found: number[] = [];
  for (let at = table.oldest; at !== -1; at = table.after(at)) {
    found.push(table.keyHigh[at] as number);
  }
  return found;
}

describe('HalfTable', () => {
  it('finds what was added and not removed, in the order of arrival', () => {
    const table = new HalfTable();
    const expected = new Set<number>();
    let state = 1;
    for (let step = 0; step < 20_000; step++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      const i = (state >>> 8) % 3000;
      const at = table.find(...keyOf(i));
      expect(at !== -1).toBe(expected.has(i));
      if (at === -1) {
        const place = table.add(...keyOf(i), step);
        table.node[place] = i;
        expected.add(i);
      } else {
        expect(table.node[at]).toBe(i);
        table.remove(at);
        expected.delete(i);
      }
    }
    expect(table.size).toBe(expected.size);
    expect(orderOf(table)).toEqual([...expected]);
  });
  it('knows the oldest that is not stored', () => {
    const table = new HalfTable();
    const places = [1, 2, 3].map((i) => table.add(...keyOf(i), i));
    expect(table.oldestUnstored).toBe(places[0]);
    table.oldestUnstored = table.after(places[0] as number);
    table.remove(places[1] as number);
    expect(table.oldestUnstored).toBe(places[2]);
    table.remove(places[2] as number);
    expect([table.oldest, table.oldestUnstored]).toEqual([places[0], -1]);
    const next = table.add(...keyOf(9), 9);
    expect([table.oldest, table.oldestUnstored]).toEqual([places[0], next]);
  });
});

describe('RecentKeys', () => {
  it('remembers for two turns', () => {
    const keys = new RecentKeys(100);
    keys.add(0, 0);
    keys.add(5, 0);
    expect([keys.has(0, 0), keys.has(5, 0), keys.has(5, 1)]).toEqual([true, true, true]);
    keys.turn();
    expect(keys.has(0, 0)).toBe(true);
    keys.turn();
    expect(keys.has(0, 0)).toBe(false);
  });
  it('remembers the last ones when there are many', () => {
    const keys = new RecentKeys(5000);
    for (let i = 1; i <= 100_000; i++) keys.add(i % 97, i);
    const known = Array.from({ length: 5000 }, (_, k) => 100_000 - k);
    expect(known.every((i) => keys.has(i % 97, i))).toBe(true);
    expect(keys.has(1, 1)).toBe(false);
  });
});
