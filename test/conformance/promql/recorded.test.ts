// A fixed sample of the answers that the real Prometheus gave on generated data, where they lie beside
// the repository: the same questions to our routes over the same data in memory. `npm run conformance`
// asks all of them of the running program.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prometheusRoutes } from '#api/prometheus/index.ts';
import type { RecordedCase } from '#conformance/recorded/case.ts';
import { compareRecorded } from '#conformance/recorded/compare.ts';
import { differenceOf } from '#conformance/recorded/differences.ts';
import { readMetrics } from '#conformance/recorded/load.ts';
import { normalise } from '#conformance/recorded/normalise.ts';
import { readCases } from '#conformance/recorded/suite.ts';
import type { MetricCatalog } from '#query/promql/catalog.ts';
import { createPromqlEngine } from '#query/promql/engine.ts';
import { MemorySource } from '#query/promql/read/memory-source.ts';
import type { Route } from '#server/route.ts';
import { ask } from '../../lib/loki.ts';

const folder = join(import.meta.dirname, '../../../../shared/conformance/recorded/promql');
const every = 4;
/** Cases of the sample that differ, each on the way to being right; may only go down. */
const failedMax = 2;

function loadDataset(): MemorySource {
  const source = new MemorySource();
  for (const { labels, samples } of readMetrics(folder)) {
    for (const { timeMs, item } of samples) source.append(labels, timeMs, item);
  }
  return source;
}

async function problemOf(routes: readonly Route[], one: RecordedCase): Promise<string | undefined> {
  const { method, path, params = [] } = one;
  const { status, body, response } = await ask(routes, method, path, { params });
  const headers = { 'content-type': response.headers?.['content-type'] ?? '' };
  const given = normalise('promql', { status, headers, body: Buffer.from(body) });
  return compareRecorded('promql', one, given);
}

const isQuery = ({ path }: RecordedCase): boolean => /^\/api\/v1\/query(_range)?$/.test(path);

test.skipIf(!existsSync(folder))(
  'recorded answers of Prometheus',
  async () => {
    const routes = prometheusRoutes({
      engine: createPromqlEngine({ source: loadDataset(), isStrict: true }),
      catalog: {} as MetricCatalog,
      isReady: () => true,
      build: { version: '', nodeVersion: '' },
    });
    const failures: string[] = [];
    for (const file of readdirSync(folder).filter((name) => name.startsWith('cases-'))) {
      const cases = readCases(join(folder, file), every);
      for (const one of typeof cases === 'string' ? [] : cases.filter(isQuery)) {
        const problem = differenceOf(one.id) ? undefined : await problemOf(routes, one);
        if (problem !== undefined) failures.push(`${one.id}: ${problem.slice(0, 200)}`);
      }
    }
    expect(failures.slice(failedMax)).toEqual([]);
  },
  120_000,
);
