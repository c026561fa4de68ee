import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import type { LogqlEngine, LogqlRangeRequest } from '../engine.ts';
import type { LogEntry } from '../eval/read-lines.ts';
import { newStats } from '../eval/stats.ts';
import { pollStore } from './poll.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const nowMs = 100_000;
const entry = (ms: number): LogEntry => ({
  timeNano: BigInt(ms) * 1_000_000n,
  line: `at ${ms}`,
  stream: {},
  metadata: {},
  parsed: {},
});

function pollOf(stored: readonly number[], entriesMax: number) {
  const asked: LogqlRangeRequest[] = [];
  const shown: string[] = [];
  const errors: unknown[] = [];
  let failure: Error | undefined;
  const queryRange: LogqlEngine['queryRange'] = async (_, request) => {
    asked.push(request);
    if (failure) throw failure;
    const { startNano, endNano, limit } = request;
    const entries = stored
      .map(entry)
      .filter(({ timeNano }) => timeNano >= startNano && timeNano < endNano)
      .slice(0, limit);
    return { kind: 'streams', entries, stats: newStats() };
  };
  const stop = pollStore({
    engine: { queryRange } as LogqlEngine,
    clock: createManualClock(nowMs),
    tenant: 't',
    query: '{}',
    entriesMax,
    show: (entries) => shown.push(...entries.map(({ line }) => line)),
    onError: (error) => errors.push(error),
  });
  const failWith = (error: Error | undefined): void => {
    failure = error;
  };
  return { asked, shown, errors, stop, failWith };
}

it('asks for the last seconds every second, oldest first', async () => {
  const { asked, shown, stop } = pollOf([nowMs - 20_000, nowMs - 14_000, nowMs + 5000], 10);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toMatchObject([{ tenant: 't', direction: 'forward', limit: 10 }]);
  expect(shown).toEqual(['at 86000', 'at 105000']);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toHaveLength(2);
  stop();
  await vi.advanceTimersByTimeAsync(5000);
  expect(asked).toHaveLength(2);
});

it('reads page by page, and passes a time that fills a page', async () => {
  const { shown, stop } = pollOf([90_000, 90_000, 90_000, 91_000, 92_000], 2);
  await vi.advanceTimersByTimeAsync(1000);
  expect(new Set(shown)).toEqual(new Set(['at 90000', 'at 91000', 'at 92000']));
  stop();
});

it('says what fails, and goes on', async () => {
  const { shown, errors, stop, failWith } = pollOf([95_000], 10);
  failWith(new Error('away'));
  await vi.advanceTimersByTimeAsync(1000);
  expect(errors).toHaveLength(1);
  failWith(undefined);
  await vi.advanceTimersByTimeAsync(1000);
  expect(shown).toEqual(['at 95000']);
  stop();
});
