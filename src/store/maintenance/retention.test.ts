import { describe, expect, it } from 'vitest';
import { printExpression } from '#sql/print.ts';
import type { RetentionSettings } from '../settings.ts';
import type { Partition } from './partition.ts';
import { planRetention } from './retention.ts';

const dayMs = 86_400_000;

const partition = (day: number, more: Partial<Partition> = {}): Partition => ({
  table: 'otel_logs',
  signal: 'logs',
  id: String(day),
  day,
  bytes: 100,
  parts: 1,
  part: `${day}_1_1_0`,
  ...more,
});

/** What happens to which day: `3 drop age`, `4 delete tenant IN …`. */
function plan(
  partitions: readonly Partition[],
  settings: RetentionSettings,
  nowMs: number,
): string[] {
  return planRetention(partitions, settings, nowMs).map((deletion) =>
    deletion.kind === 'drop'
      ? `${deletion.partition.table} ${deletion.partition.day} ${deletion.reason}`
      : `${deletion.partition.table} ${deletion.partition.day} ${printExpression(deletion.where)}`,
  );
}

describe('planRetention by age', () => {
  const week = { logsMs: 7 * dayMs };
  const cases = (name: string, day: number, nowMs: number, isDropped: boolean) =>
    it(name, () =>
      expect(plan([partition(day)], week, nowMs)).toEqual(
        isDropped ? [`otel_logs ${day} age`] : [],
      ),
    );
  cases('keeps a day while one of its rows may be young enough', 10, 18 * dayMs - 1, false);
  cases('drops it the moment it is wholly older', 10, 18 * dayMs, true);
  cases('day 0 reaches from a day before 1970 to a day after', 0, 8 * dayMs - 1, false);
  cases('and is dropped after that', 0, 8 * dayMs, true);
  cases('days before 1970 end towards zero', -1, 6 * dayMs - 1, false);
  cases('and are dropped too', -1, 6 * dayMs, true);

  it('keeps everything of a signal without an age', () => {
    const metrics = partition(1, { signal: 'metrics', table: 'otel_samples' });
    expect(plan([metrics], week, 1000 * dayMs)).toEqual([]);
  });

  it('treats tables of identities alike', () => {
    const streams = partition(1, { table: 'otel_log_streams' });
    expect(plan([streams], week, 1000 * dayMs)).toEqual(['otel_log_streams 1 age']);
  });
});

describe('planRetention by tenant', () => {
  const settings: RetentionSettings = {
    logsMs: 7 * dayMs,
    tenants: { short: { logsMs: dayMs }, long: { logsMs: 30 * dayMs }, other: { tracesMs: 1 } },
  };
  const at = (days: number) => plan([partition(10)], settings, days * dayMs);
  it('deletes the rows of a shorter one first', () => {
    expect(at(11)).toEqual([]);
    expect(at(12)).toEqual(["otel_logs 10 (tenant IN ('short'))"]);
  });
  it('then everybody but the longer ones', () => {
    expect(at(18)).toEqual(["otel_logs 10 NOT ((tenant IN ('long')))"]);
  });
  it('and drops the day when all have passed', () => {
    expect(at(41)).toEqual(['otel_logs 10 age']);
  });
  it('a tenant without an age keeps its rows for ever', () => {
    const forever = { logsMs: dayMs, tenants: { t: { logsMs: undefined } } };
    expect(plan([partition(1)], forever, 900 * dayMs)).toEqual([
      "otel_logs 1 NOT ((tenant IN ('t')))",
    ]);
  });
});

describe('planRetention by size', () => {
  const days = [3, 1, 2].map((day) => partition(day));
  const capped = (bytes: number) => plan(days, { maxBytes: { logs: bytes } }, 0);
  it('drops the oldest days until the rest fits', () => {
    expect(capped(300)).toEqual([]);
    expect(capped(299)).toEqual(['otel_logs 1 size']);
    expect(capped(150)).toEqual(['otel_logs 1 size', 'otel_logs 2 size']);
  });
  it('never drops the newest day', () => {
    expect(capped(0)).toEqual(['otel_logs 1 size', 'otel_logs 2 size']);
  });
  it('drops a day of every table of the signal', () => {
    const both = [...days, partition(1, { table: 'otel_log_streams', bytes: 1 })];
    expect(plan(both, { maxBytes: { logs: 299 } }, 0)).toEqual([
      'otel_logs 1 size',
      'otel_log_streams 1 size',
    ]);
  });
  it('does not count what is too old anyway', () => {
    const settings = { logsMs: dayMs, maxBytes: { logs: 200 } };
    expect(plan(days, settings, 3 * dayMs)).toEqual(['otel_logs 1 age']);
  });
});
