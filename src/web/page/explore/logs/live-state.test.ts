import { describe, expect, it } from 'vitest';
import type { LogRow } from '../../../frame/log-row.ts';
import { addLines, liveRowsMax, noLines, retryDelayMs, showWaiting } from './live-state.ts';

const row = (at: number): LogRow => ({
  id: String(at),
  timeNano: BigInt(at),
  line: `line ${at}`,
  stream: {},
  metadata: {},
  parsed: {},
  level: 'info',
});
const arrival = (...times: number[]) => ({ rows: times.map(row), dropped: 0 });
const idsOf = (rows: readonly LogRow[]) => rows.map(({ id }) => id).join(' ');

describe('live lines', () => {
  it('stand newest first, each once, however late they come', () => {
    const first = addLines(noLines, arrival(3, 2), false);
    const second = addLines(first, arrival(5, 3), false);
    expect(idsOf(second.rows)).toBe('5 3 2');
    expect(idsOf(addLines(second, arrival(4), false).rows)).toBe('5 4 3 2');
  });
  it('wait while paused, and are shown then', () => {
    const shown = addLines(noLines, arrival(1), false);
    const paused = addLines(addLines(shown, arrival(2), true), arrival(3, 1), true);
    expect(idsOf(paused.rows)).toBe('1');
    expect(idsOf(paused.waiting)).toBe('3 2');
    const going = showWaiting(paused);
    expect(idsOf(going.rows)).toBe('3 2 1');
    expect(going.waiting).toEqual([]);
    expect(showWaiting(going)).toBe(going);
  });
  it('count what the server left out', () => {
    const state = addLines(noLines, { rows: [], dropped: 3 }, false);
    expect(addLines(state, { rows: [row(1)], dropped: 4 }, true).droppedCount).toBe(7);
  });
  it('make room for newer ones', () => {
    const many = Array.from({ length: liveRowsMax }, (_, i) => liveRowsMax - i);
    const full = addLines(noLines, arrival(...many), false);
    const more = addLines(full, arrival(liveRowsMax + 2, liveRowsMax + 1), false);
    expect(more.rows.length).toBe(liveRowsMax);
    expect(more.rows[0]?.id).toBe(String(liveRowsMax + 2));
    expect(more.removedCount).toBe(2);
  });
});

it('tries again after a second, and less often then', () =>
  expect([1, 2, 3, 9].map(retryDelayMs)).toEqual([1000, 2000, 4000, 15_000]));
