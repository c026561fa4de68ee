// Short form of test/soak/kill.test.ts: each way to die once, under load.
import { expect, it } from 'vitest';
import { runKillRounds } from '../lib/kill-rounds.ts';

it('keeps what it acknowledged, once, when program, engine or both are killed', async () => {
  const report = await runKillRounds(['engine', 'program', 'both'], 700);
  console.log(JSON.stringify(report));
  expect(report.stored).toEqual(report.sent);
  expect(report.sentAgain).toBeGreaterThan(0);
});
