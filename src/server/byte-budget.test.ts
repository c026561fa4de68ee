import { describe, expect, it } from 'vitest';
import { createByteBudget } from './byte-budget.ts';

describe('createByteBudget', () => {
  it('gives what there is and takes it back once', () => {
    const budget = createByteBudget(100);
    const [first, second] = [budget.open(), budget.open()];
    expect([first.take(60), second.take(50), second.take(40)]).toEqual([true, false, true]);
    expect([budget.bytes, first.bytes, second.bytes]).toEqual([100, 60, 40]);
    first.release();
    first.release();
    expect(budget.bytes).toBe(40);
    expect(first.take(60)).toBe(true);
  });

  it('lets one alone take more than there is', () => {
    const budget = createByteBudget(100);
    const [first, second] = [budget.open(), budget.open()];
    expect(first.fits(900)).toBe(true);
    expect([first.take(90), first.take(90), second.take(1)]).toEqual([true, true, false]);
    first.release();
    expect(second.take(1)).toBe(true);
  });
});
