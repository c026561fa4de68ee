import { expect, it } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import { defaultLogqlLimits, type LogqlLimits } from '../limits.ts';
import { checkDeadline, countLine, type QueryContext } from './context.ts';
import { newStats } from './stats.ts';

const contextOf = (limits: Partial<LogqlLimits>): QueryContext => ({
  reader: { blocks: async function* () {}, rows: async () => [] },
  tenant: '',
  limits: { ...defaultLogqlLimits, ...limits },
  pushDown: 'auto',
  isStrict: false,
  read: {},
  stats: newStats(),
});

it('counts lines up to query.max_lines_scanned', () => {
  const context = contextOf({ linesScannedMax: 2 });
  countLine(context, 'one');
  countLine(context, 'two');
  expect(context.stats).toMatchObject({ linesRead: 2, bytesRead: 6 });
  expect(() => countLine(context, 'three')).toThrow('(query.max_lines_scanned)');
});

it('counts their bytes up to query.max_bytes_scanned, where there is a limit', () => {
  const context = contextOf({ bytesScannedMax: 5 });
  countLine(context, 'one');
  expect(() => countLine(context, 'two')).toThrow('(query.max_bytes_scanned)');
  const unlimited = contextOf({ bytesScannedMax: 0 });
  countLine(unlimited, 'x'.repeat(1000));
  expect(unlimited.stats.bytesRead).toBe(1000);
});

it('stops at query.timeout, also between lines', () => {
  const clock = createManualClock(0);
  const deadline = { clock, atMs: clock.monotonicMs() + 1000 };
  const context = { ...contextOf({ timeoutMs: 1000 }), deadline };
  for (let i = 0; i < 1024; i++) countLine(context, 'x');
  checkDeadline(context);
  clock.advance(1001);
  expect(() => checkDeadline(context)).toThrow('after 1000 ms; ask for less time, or raise');
  expect(() => {
    for (let i = 0; i < 1024; i++) countLine(context, 'x');
  }).toThrow('query.timeout');
});
