import { describe, expect, it } from 'vitest';
import { warehouseSlowdown, writeErrorRate } from './fault.ts';

const secondMs = 1000;

describe('writeErrorRate', () => {
  const at = (seconds: number, rate: number) =>
    it(`is ${rate} after ${seconds} s`, () =>
      expect(writeErrorRate(seconds * secondMs)).toBeCloseTo(rate, 6));
  at(0, 0.03);
  at(45, 0.14);
  at(90, 0.25);
  at(135, 0.14);
  at(180, 0.03);
  it('is never none and never most', () => {
    for (let seconds = 0; seconds < 3600; seconds++) {
      expect(writeErrorRate(seconds * secondMs)).toBeGreaterThanOrEqual(0.03);
      expect(writeErrorRate(seconds * secondMs)).toBeLessThanOrEqual(0.25 + 1e-9);
    }
  });
});

describe('warehouseSlowdown', () => {
  const at = (seconds: number, factor: number) =>
    it(`is ${factor} after ${seconds} s`, () =>
      expect(warehouseSlowdown(seconds * secondMs)).toBe(factor));
  at(0, 1);
  at(10, 10);
  at(29, 10);
  at(30, 1);
  at(100, 10);
  at(120, 1);
});
