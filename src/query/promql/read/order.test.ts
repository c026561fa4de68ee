import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderByTime } from './order.ts';

test('is that of a stable sort', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 60 }), (list) => {
      const sorted = [...list.keys()].sort((a, b) => (list[a] ?? 0) - (list[b] ?? 0) || a - b);
      expect([...orderByTime(Float64Array.from(list))]).toEqual(sorted);
    }),
    { seed: 3 },
  );
});
