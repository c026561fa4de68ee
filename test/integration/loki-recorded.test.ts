// A fixed sample of the answers that were recorded from a real Loki, asked again of the running
// program in every mode, where the recordings are at hand. `npm run conformance` asks all.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startInstance } from '#cli/conformance.ts';
import { discover } from '#conformance/discover.ts';
import { runSuites } from '#conformance/run.ts';
import { modes } from '#conformance/suite.ts';

const folder = join(import.meta.dirname, '../../../shared/conformance/recorded/logql');
const every = 8;

test.skipIf(!existsSync(folder))(
  'recorded answers of Loki',
  async () => {
    const { suites } = discover(folder);
    const options = { suites, modes, every, start: startInstance, progress: () => {} };
    const report = await runSuites(options);
    expect(report.unexpected).toEqual([]);
    expect(report.suites.map(({ mode }) => mode)).toEqual(modes);
  },
  120_000,
);
