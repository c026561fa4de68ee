// An engine that stands still for a minute under load, longer than a write is tried.
import { expect, it } from 'vitest';
import { runOutage } from '../lib/kill-rounds.ts';

it('takes everything, once, after an outage of a minute', async () => {
  const report = await runOutage(60_000, 2000);
  console.log(JSON.stringify(report));
  expect(report.stored).toEqual(report.sent);
  expect(report.sentAgain).toBeGreaterThan(0);
}, 300_000);
