import { expect, it } from 'vitest';
import { TraceOrder } from './trace-order.ts';

it('counts the spans of each trace of a request, side by side or not', () => {
  const idOf = (last: number, first = 0): number[] => [first, ...Array(14).fill(7), last];
  const traces = [idOf(1), idOf(1), idOf(2), idOf(1), idOf(2), idOf(3), idOf(1)];
  const bytes = Uint8Array.from(traces.flat());
  const order = new TraceOrder();
  expect(traces.map((_, i) => order.next(bytes, i * 16))).toEqual([0, 1, 0, 2, 1, 0, 3]);
});
