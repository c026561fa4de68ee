import { describe, expect, it } from 'vitest';
import { type Entry, EntryTable } from './entry-table.ts';

const entry = (isAlive = true): Entry => ({
  lead: { isAlive, isOverflow: false },
  calls: undefined,
  latency: undefined,
  size: undefined,
});

describe('EntryTable', () => {
  it('finds what was entered, keys of zeros and of high bits too', () => {
    const table = new EntryTable();
    const keys = [
      [0, 0],
      [0, 0xffffffff],
      [0xffffffff, 0],
      [0x80000000, 0x80000000],
      ...Array.from({ length: 5000 }, (_, i) => [i % 7, i + 2]),
    ] as [number, number][];
    const entries = keys.map(() => entry());
    keys.forEach(([low, high], i) => {
      table.set(low, high, entries[i] as Entry);
    });
    expect(keys.map(([low, high]) => table.find(low, high))).toEqual(entries);
    expect(table.find(9, 9)).toBeUndefined();
  });

  it('makes room for others with what has ended', () => {
    const table = new EntryTable();
    for (let i = 1; i <= 100_000; i++) table.set(i, i, entry(false));
    expect(table.size).toBeLessThanOrEqual(128);
  });

  it('holds no more keys than it may, however many there are', () => {
    const table = new EntryTable(1000);
    const last = entry();
    for (let i = 1; i < 20_000; i++) {
      table.set(i, i, last);
      expect(table.size).toBeLessThanOrEqual(1024);
    }
    expect(table.find(19_999, 19_999)).toBe(last);
  });
});
