// A fixed sample of the answers that were recorded from a real Loki, asked again of the running
// program, where the recordings are at hand. `npm run conformance` asks all, in every mode.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startInstance } from '#cli/conformance.ts';
import { discover } from '#conformance/discover.ts';
import { runSuites } from '#conformance/run.ts';

const folder = join(import.meta.dirname, '../../../shared/conformance/recorded/logql');
const every = 8;

test.skipIf(!existsSync(folder))(
  'recorded answers of Loki',
  async () => {
    const { suites } = discover(folder);
    const options = {
      suites,
      modes: ['default'] as const,
      every,
      start: startInstance,
      progress: () => {},
    };
    const report = await runSuites(options);
    expect(report.unexpected).toEqual([]);
    expect(report.suites.map(({ mode }) => mode)).toEqual(['default']);
  },
  120_000,
);
