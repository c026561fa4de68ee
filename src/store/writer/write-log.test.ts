import { describe, expect, test } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import { OperationError } from '#lib/errors.ts';
import type { Batch } from '#model/batch.ts';
import { array, dateTimeMs } from '#model/column.ts';
import { CommitLog } from './write-log.ts';

function batch(times: readonly number[], more: Partial<Batch> = {}): Batch {
  const time = array(dateTimeMs());
  for (const timeMs of times) time.elements[0].data.big64(BigInt(timeMs));
  time.closeRow(0);
  const rows = [{ table: 'otel_samples' as const, columns: { time } }];
  return {
    signal: 'metrics',
    tenant: '',
    items: times.length,
    identities: [],
    rows,
    byteLength: 0,
    ...more,
  };
}

const unavailable = new OperationError('store_unavailable', 'gone', { retryable: true });
const refused = new OperationError('store_rejected', 'no', { retryable: false });

describe('the log of commits', () => {
  test('tells the earliest sample since a moment', () => {
    const log = new CommitLog(createManualClock(0));
    const start = log.sequence;
    expect(log.earliestSince('', start)).toBe(Infinity);
    log.record([batch([5000, 3000, 9000])]);
    const after = log.sequence;
    log.record([batch([8000]), batch([7000])]);
    expect(log.earliestSince('', start)).toBe(3000);
    expect(log.earliestSince('', after)).toBe(7000);
    expect(log.earliestSince('', log.sequence)).toBe(Infinity);
    log.record([batch([-1000])]);
    expect(log.earliestSince('', after)).toBe(-1000);
  });

  test('keeps tenants and other signals apart', () => {
    const log = new CommitLog(createManualClock(0));
    log.record([batch([1], { tenant: 'a' }), batch([2], { signal: 'logs' })]);
    expect(log.earliestSince('', 0)).toBe(Infinity);
    expect(log.earliestSince('a', 0)).toBe(1);
  });

  test('a deletion changes everything before it', () => {
    const log = new CommitLog(createManualClock(0));
    const before = log.sequence;
    log.clear();
    expect(log.earliestSince('', before)).toBe(-Infinity);
    expect(log.earliestSince('', log.sequence)).toBe(Infinity);
  });

  test('what failed without an answer may still come, for some time', () => {
    const clock = createManualClock(0);
    const log = new CommitLog(clock);
    log.record([batch([1000])], unavailable);
    expect(log.earliestSince('', log.sequence)).toBe(1000);
    expect(log.earliestSince('other', log.sequence)).toBe(Infinity);
    clock.advance(600_001);
    expect(log.earliestSince('', log.sequence)).toBe(Infinity);
    log.record([batch([2000])], refused);
    expect(log.earliestSince('', log.sequence)).toBe(Infinity);
  });

  test('a long outage is remembered in little', () => {
    const clock = createManualClock(0);
    const log = new CommitLog(clock);
    for (let i = 0; i < 200_000; i++) {
      if (i % 1000 === 0) clock.advance(1);
      log.record([batch([5000 - i])], unavailable);
    }
    expect(log.earliestSince('', log.sequence)).toBe(5000 - 199_999);
    expect(log.earliestSince('other', log.sequence)).toBe(Infinity);
    clock.advance(600_001);
    expect(log.earliestSince('', log.sequence)).toBe(Infinity);
  });

  test('never says less than there was, however many commits there were', () => {
    const log = new CommitLog(createManualClock(0));
    const commits: { sequence: number; timeMs: number }[] = [];
    for (let i = 0; i < 5000; i++) {
      const timeMs = i * 10 - (i % 97 === 0 ? 300 : 0);
      commits.push({ sequence: log.sequence, timeMs });
      log.record([batch([timeMs])]);
    }
    const suffix = [...commits].reverse();
    let earliest = Infinity;
    for (const { sequence, timeMs } of suffix) {
      earliest = Math.min(earliest, timeMs);
      expect(log.earliestSince('', sequence)).toBeLessThanOrEqual(earliest);
    }
    const newest = commits.at(-1)?.sequence ?? 0;
    expect(log.earliestSince('', newest)).toBe(49_990);
  });
});
