import { describe, expect, it } from 'vitest';
import { createDice } from './dice.ts';

const rolls = (seed: number, count: number): number[] => {
  const dice = createDice(seed);
  return Array.from({ length: count }, () => dice.roll());
};

describe('createDice', () => {
  it('repeats itself', () => expect(rolls(7, 5)).toEqual(rolls(7, 5)));
  it('depends on its seed', () => expect(rolls(7, 5)).not.toEqual(rolls(8, 5)));
  it('is even', () => {
    const mean = rolls(1, 10_000).reduce((sum, value) => sum + value, 0) / 10_000;
    expect(mean).toBeGreaterThan(0.48);
    expect(mean).toBeLessThan(0.52);
  });
  it('has the asked median and a tail', () => {
    const dice = createDice(1);
    const sorted = Array.from({ length: 10_001 }, () => dice.latencyMs(20)).sort((a, b) => a - b);
    expect(sorted[5000]).toBeGreaterThan(19);
    expect(sorted[5000]).toBeLessThan(21);
    expect(sorted[9900]).toBeGreaterThan(50);
  });
});
