import { describe, expect, it } from 'vitest';
import { formatRange, resolveRange, resolveTime, shiftRange, widenRange } from './time-range.ts';

const nowMs = Date.UTC(2026, 2, 1, 12, 0, 0);

describe('resolveTime', () => {
  const ok = (text: string, ms: number) =>
    it(text, () => expect(resolveTime(text, nowMs)).toBe(ms));
  const bad = (text: string) =>
    it(`refuses "${text}"`, () => expect(resolveTime(text, nowMs)).toBeUndefined());
  ok('now', nowMs);
  ok('now-15m', nowMs - 900_000);
  ok('now - 1.5h', nowMs - 5_400_000);
  ok('1700000000000', 1_700_000_000_000);
  ok('2026-03-01T10:00:00Z', nowMs - 7_200_000);
  bad('yesterday');
  bad('now-5x');
  bad('15');
});

describe('resolveRange', () => {
  it('falls back to a quarter of an hour when the ends are the wrong way round', () => {
    expect(resolveRange({ from: 'now', to: 'now-1h' }, nowMs)).toEqual({
      fromMs: nowMs - 900_000,
      toMs: nowMs,
    });
  });
});

describe('moving a range', () => {
  const range = { fromMs: nowMs - 1000, toMs: nowMs };
  it('earlier', () =>
    expect(shiftRange(range, -1)).toEqual({ from: `${nowMs - 2000}`, to: `${nowMs - 1000}` }));
  it('wider, not beyond now', () =>
    expect(widenRange(range, nowMs)).toEqual({ from: `${nowMs - 1500}`, to: `${nowMs}` }));
});

describe('formatRange', () => {
  it('names quick ranges', () =>
    expect(formatRange({ from: 'now-6h', to: 'now' }, nowMs)).toBe('Last 6 hours'));
  it('names other relative ranges', () =>
    expect(formatRange({ from: 'now-90m', to: 'now' }, nowMs)).toBe('Last 90m'));
  it('gives the day once', () => {
    const from = new Date(2025, 0, 2, 3, 4, 5).getTime();
    expect(formatRange({ from: `${from}`, to: `${from + 60_000}` }, nowMs)).toBe(
      '2025-01-02 03:04:05 – 03:05:05',
    );
  });
});
