import { describe, expect, it } from 'vitest';
import { comparePlaces, parseCursor, printCursor, searchOrders } from './search-cursor.ts';

const traceId = 'ab'.repeat(16);

describe('cursor', () => {
  it.each(searchOrders)('of %s comes back', (order) => {
    const place = { key: 1_793_491_350_000_030_270n, traceId };
    expect(parseCursor(printCursor(order, place), order)).toEqual(place);
  });

  const refuses = (text: string) =>
    it(`refuses ${text}`, () =>
      expect(() => parseCursor(text, 'start')).toThrow(
        expect.objectContaining({ code: 'traceql_cursor' }),
      ));
  refuses('');
  refuses(`duration.1.${traceId}`);
  refuses(`start.1.${traceId}0`);
  refuses(`start.x.${traceId}`);
  refuses(`start.${'9'.repeat(20)}.${traceId}`);
});

it('places are ordered by key, then id', () => {
  const a = { key: 1n, traceId };
  const b = { key: 2n, traceId };
  const later = { key: 1n, traceId: 'ac'.repeat(16) };
  expect(comparePlaces('start', b, a)).toBeLessThan(0);
  expect(comparePlaces('-duration', b, a)).toBeGreaterThan(0);
  expect(comparePlaces('start', a, later)).toBeLessThan(0);
  expect(comparePlaces('-start', a, later)).toBeLessThan(0);
  expect(comparePlaces('start', a, a)).toBe(0);
});
