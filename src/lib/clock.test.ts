import { expect, it } from 'vitest';
import { createSystemClock, systemClock } from './clock.ts';

it('is fine as long as the clocks agree, and follows the one on the wall when they do not', () => {
  let [wallMs, monotonicMs] = [1_700_000_000_000, 5000];
  const clock = createSystemClock(
    () => wallMs,
    () => monotonicMs,
  );
  monotonicMs += 1.25;
  expect(clock.nowNano()).toBe(1_700_000_000_001_250_000n);
  // The machine slept.
  wallMs += 3_600_000;
  expect(clock.nowNano()).toBe(1_700_003_600_000_000_000n);
  monotonicMs += 0.5;
  expect(clock.nowNano()).toBe(1_700_003_600_000_500_000n);
  // The time was set back.
  wallMs -= 7_200_000;
  expect(clock.nowNano()).toBe(1_699_996_400_000_000_000n);
});

it('tells the time of the machine', () => {
  const beforeMs = Date.now();
  const nowMs = Number(systemClock.nowNano()) / 1e6;
  expect(nowMs).toBeGreaterThan(beforeMs - 60);
  expect(nowMs).toBeLessThan(Date.now() + 60);
});
