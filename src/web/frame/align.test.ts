import { describe, expect, it } from 'vitest';
import { alignRange, alignSeries, chooseStep } from './align.ts';

describe('chooseStep', () => {
  const ok = (rangeMs: number, points: number, stepMs: number) =>
    it(`${rangeMs} ms in ${points}`, () => expect(chooseStep(rangeMs, points)).toBe(stepMs));
  ok(900_000, 300, 5000);
  ok(3_600_000, 360, 10_000);
  ok(86_400_000, 400, 300_000);
  ok(60_000, 600, 1000);
  ok(315_360_000_000, 100, 3_628_800_000);
});

describe('alignRange', () => {
  it('begins and ends on whole steps', () =>
    expect(alignRange({ fromMs: 12_345, toMs: 20_001, stepMs: 5000 })).toEqual({
      fromMs: 10_000,
      toMs: 20_000,
      stepMs: 5000,
    }));
});

describe('alignSeries', () => {
  it('leaves out what is not on the grid', () =>
    expect(
      alignSeries(
        [
          {
            labels: {},
            times: Float64Array.of(-10, 0, 20, 40),
            values: Float64Array.of(1, 2, 3, 4),
          },
        ],
        { fromMs: 0, toMs: 20, stepMs: 10 },
      ),
    ).toEqual({ times: [0, 10, 20], columns: [[2, null, 3]] }));
});
