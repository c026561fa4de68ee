import { describe, expect, it } from 'vitest';
import { fromPixel, niceLogTicks, niceTicks, timeAxis, timeTicks, toPixel } from './scale.ts';

describe('linear scale', () => {
  const scale = { domain: [10, 20], range: [0, 100] } as const;
  it('maps there and back', () => {
    expect(toPixel(scale, 15)).toBe(50);
    expect(fromPixel(scale, 50)).toBe(15);
  });
  it('survives an empty domain', () =>
    expect(toPixel({ domain: [1, 1], range: [3, 9] }, 1)).toBe(3));
});

describe('niceTicks', () => {
  const ok = (from: number, to: number, count: number, ticks: number[]) =>
    it(`${from} … ${to} in ${count}`, () => expect(niceTicks(from, to, count)).toEqual(ticks));
  ok(0, 10, 5, [0, 2, 4, 6, 8, 10]);
  ok(0, 7, 4, [0, 2, 4, 6]);
  ok(3, 3, 4, [3]);
  ok(0, 0.4, 2, [0, 0.2, 0.4]);
});

describe('niceLogTicks', () => {
  it('has steps within a decade', () => expect(niceLogTicks(0, 1)).toEqual([1, 2, 5, 10]));
  it('has decades only when there are many', () =>
    expect(niceLogTicks(0.5, 3.5)).toEqual([10, 100, 1000]));
});

describe('timeAxis', () => {
  it('has no label that would be cut at an end', () => {
    const from = new Date(2026, 0, 5, 10, 0, 0).getTime();
    const labels = timeAxis(from, from + 3_600_000, 600).map(({ label }) => label);
    expect(labels).toEqual(['10:10', '10:20', '10:30', '10:40', '10:50']);
  });
});

describe('timeTicks', () => {
  it('are on round minutes', () => {
    const from = new Date(2026, 0, 5, 10, 3, 20).getTime();
    const ticks = timeTicks(from, from + 3_600_000, 6);
    expect(ticks.map(({ label }) => label)).toEqual([
      '10:10',
      '10:20',
      '10:30',
      '10:40',
      '10:50',
      '11:00',
    ]);
  });
});
