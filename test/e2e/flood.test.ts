// Short form of test/soak/flood.test.ts.
import { it } from 'vitest';
import { runFlood } from '../lib/flood.ts';
import { expectOrderly, summaryOf } from '../lib/flood-expectations.ts';

it('takes a flood of five seconds in order', async () => {
  const report = await runFlood(5);
  console.log(summaryOf(report));
  expectOrderly(report);
});
