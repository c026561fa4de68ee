import { describe, expect, it } from 'vitest';
import { runOnSchedule, slotBefore } from './schedule.ts';

const identity = { file: 'rules.yml', name: 'g' };
const minute = 60_000;

describe('slots', () => {
  it('are multiples of the interval, moved by the same time for a group', () => {
    const slot = slotBefore(identity, minute, 1_000_000_000_000);
    expect(slot).toBeLessThanOrEqual(1_000_000_000_000);
    expect(slot).toBeGreaterThan(1_000_000_000_000 - minute);
    expect(slotBefore(identity, minute, slot)).toBe(slot);
    expect(slotBefore(identity, minute, slot + minute - 1)).toBe(slot);
    expect(slotBefore(identity, minute, slot + minute)).toBe(slot + minute);
  });
  it('differ between groups', () => {
    const offsets = new Set(
      Array.from({ length: 50 }, (_, i) => slotBefore({ file: 'f', name: `g${i}` }, minute, 1e12)),
    );
    expect(offsets.size).toBeGreaterThan(45);
  });
});

describe('a schedule', () => {
  it('leaves out the slots that an evaluation outlasts, and counts them', async () => {
    let nowMs = 1_000_000;
    const stopped = new AbortController();
    const evaluated: number[] = [];
    const iterations = { due: 0, missed: 0 };
    const durations = [1000, 3.5 * minute, 1000];
    await runOnSchedule(
      {
        identity,
        intervalMs: minute,
        nowMs: () => nowMs,
        wait: async (timeMs, signal) => {
          nowMs = Math.max(nowMs, timeMs);
          return !signal.aborted;
        },
        signal: stopped.signal,
        onIterations: (due, missed) => {
          iterations.due += due;
          iterations.missed += missed;
        },
      },
      async (timeMs) => {
        evaluated.push(timeMs);
        nowMs += durations.shift() ?? 0;
        if (durations.length === 0) stopped.abort();
      },
    );
    const [first = 0] = evaluated;
    expect(evaluated.map((timeMs) => (timeMs - first) / minute)).toEqual([0, 1, 4]);
    expect(iterations).toEqual({ due: 5, missed: 2 });
  });
});
