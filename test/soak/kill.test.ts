// `kill -9` of the program, of the engine and of both, ten times each, under load.
import { expect, it } from 'vitest';
import { runKillRounds, type Victim } from '../lib/kill-rounds.ts';

it('keeps what it acknowledged, once, through thirty kills', async () => {
  const order: Victim[] = ['program', 'engine', 'both'];
  const victims = Array.from({ length: 30 }, (_, i) => order[i % 3] as Victim);
  const report = await runKillRounds(victims, 2000);
  console.log(JSON.stringify(report));
  expect(report.stored).toEqual(report.sent);
  expect(report.sentAgain).toBeGreaterThan(0);
}, 600_000);
