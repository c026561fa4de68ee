// Our own cases must pass; of Prometheus's scripts, where they lie beside the repository, at least as
// many as ever before.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { passedOf, report, runFolder } from './runner.ts';

const own = join(import.meta.dirname, 'case');
const shared = join(import.meta.dirname, '../../../../shared/conformance/promql/scripts');
/** May only rise. */
const sharedPassedAtLeast = 1_259;

test('own cases', async () => {
  const files = await runFolder(own);
  const failed = files.flatMap(({ file, outcomes }) =>
    outcomes.filter(({ failure }) => failure).map((one) => ({ file, ...one })),
  );
  expect(failed).toEqual([]);
  if (!process.env.PROMQL_FILE) expect(files.length).toBeGreaterThan(0);
});

test.skipIf(!existsSync(shared))(
  'scripts of Prometheus',
  async () => {
    const files = await runFolder(shared);
    const total = files.reduce((sum, { outcomes }) => sum + outcomes.length, 0);
    console.log(`${report(files)}\nPromQL scripts: ${passedOf(files)} of ${total} passed`);
    if (!process.env.PROMQL_FILE) {
      expect(total).toBe(1_259);
      expect(passedOf(files)).toBeGreaterThanOrEqual(sharedPassedAtLeast);
    }
  },
  60_000,
);
