import { describe, expect, it } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import { createPacer } from './pacer.ts';

describe('pacer', () => {
  it('lets a burst pass and then keeps to the rate', () => {
    const clock = createManualClock(1000);
    const pacer = createPacer(1000, clock, 50);
    expect(pacer.spend(50)).toBe(0);
    expect(pacer.spend(100)).toBe(100);
    expect(pacer.spend(100)).toBe(200);
    clock.advance(1000);
    expect(pacer.spend(10)).toBe(0);
  });
});
