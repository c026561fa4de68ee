// Two minutes of bodies as fast as sender processes can.
import { expect, it } from 'vitest';
import { runFlood } from '../lib/flood.ts';
import { expectOrderly, summaryOf } from '../lib/flood-expectations.ts';

it('stays within its memory, refuses in order, and loses nothing that it acknowledged', async () => {
  const report = await runFlood(120);
  console.log(summaryOf(report));
  expectOrderly(report);
  const refused = Object.values(report.senders).reduce((sum, sender) => sum + sender.refused, 0);
  expect(refused).toBeGreaterThan(0);
}, 600_000);
