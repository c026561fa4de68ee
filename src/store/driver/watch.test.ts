import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchConnection } from './watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('tells that a server hangs and that it is back, with one ping at a time', async () => {
  const answers: ((isAlive: boolean) => void)[] = [];
  const watch = watchConnection({ ping: () => new Promise((resolve) => answers.push(resolve)) });
  await vi.advanceTimersByTimeAsync(60_000);
  expect([answers.length, watch.isAnswering]).toEqual([1, true]);
  answers[0]?.(false);
  await vi.advanceTimersByTimeAsync(2000);
  expect(watch.isAnswering).toBe(true);
  answers[1]?.(false);
  await vi.advanceTimersByTimeAsync(2000);
  expect(watch.isAnswering).toBe(false);
  answers[2]?.(true);
  await vi.advanceTimersByTimeAsync(0);
  expect(watch.isAnswering).toBe(true);
  watch.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(answers).toHaveLength(3);
});
