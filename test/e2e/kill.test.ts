// Short form of test/soak/kill.test.ts and outage.test.ts: each way to die once, and a short outage.
import { expect, it } from 'vitest';
import { runKillRounds, runOutage } from '../lib/kill-rounds.ts';

it('keeps what it acknowledged, once, when program, engine or both are killed', async () => {
  const report = await runKillRounds(['engine', 'program', 'both'], 700);
  console.log(JSON.stringify(report));
  expect(report.stored).toEqual(report.sent);
  expect(report.sentAgain).toBeGreaterThan(0);
});

it('takes everything, once, after a short outage of the engine', async () => {
  const report = await runOutage(3000, 500);
  expect(report.stored).toEqual(report.sent);
});
