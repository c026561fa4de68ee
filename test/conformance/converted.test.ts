// Cases that ask our functions and no server: our own, and those beside the repository where they are.
// What fails must be on the roster, and what is on the roster must fail.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { discover } from '#conformance/discover.ts';
import { runSuites } from '#conformance/run.ts';

const own = join(import.meta.dirname, 'traceql/case');
const shared = join(import.meta.dirname, '../../../shared/conformance');

const run = (folder: string) =>
  runSuites({
    suites: discover(folder).suites.filter(({ needsServer }) => !needsServer),
    modes: ['default'],
    start: () => Promise.reject(new Error('these suites need no server')),
    progress: () => {},
  });

test('our examples of TraceQL', async () => {
  const { suites, unexpected } = await run(own);
  expect(unexpected).toEqual([]);
  expect(suites[0]?.total).toBeGreaterThan(20);
});

test.skipIf(!existsSync(shared))('cases beside the repository', async () => {
  const { suites, unexpected, healed } = await run(shared);
  expect(unexpected).toEqual([]);
  expect(healed).toEqual([]);
  const sizes = Object.fromEntries(suites.map(({ name, total }) => [name, total]));
  expect(sizes).toMatchObject({
    'promql/converted/parser_cases': 354,
    'logql/converted/parser_cases': 419,
    'logql/converted/pipeline_cases': 630,
    'traceql/test_examples': 266,
    'traceql/converted/parse_cases': 360,
  });
});
