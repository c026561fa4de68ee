// Queries that others wrote, where they lie beside the repository: those that are LogQL run, those that
// are not are refused with a place. There are no lines, so that only the questions matter.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { InputError } from '#lib/errors.ts';
import { createLogqlEngine } from '#query/logql/engine.ts';
import { defaultLogqlLimits } from '#query/logql/limits.ts';
import type { StoreReader } from '#store/contract.ts';

const shared = join(import.meta.dirname, '../../../../shared');
const corpus = join(shared, 'corpus/stacks/queries/logql.jsonl');
const bench = join(shared, 'conformance/logql/bench-queries');
const corpusSize = 172;
const benchSize = 119;

const reader: StoreReader = {
  blocks: async function* () {},
  rows: async () => [],
};
const engine = createLogqlEngine({
  reader,
  limits: defaultLogqlLimits,
  pushDown: 'auto',
  isStrict: false,
});
const hourNano = 3_600_000_000_000n;

const run = (query: string) =>
  engine.queryRange(query, {
    tenant: '',
    limit: 10,
    direction: 'backward',
    startNano: 0n,
    endNano: hourNano,
    stepNano: hourNano / 60n,
    intervalNano: 0n,
  });

/** Variables of dashboards, as Grafana would fill them in. */
const filledIn = (query: string): string =>
  query
    .replace(/\$__(interval|range|auto|rate_interval)\b/g, '5m')
    .replace(/\$\{?\w+\}?/g, 'value');

interface CorpusQuery {
  readonly query: string;
  /** `ok`, or where the grammar of Grafana's editor fails. */
  readonly lezer: string;
}

describe.skipIf(!existsSync(corpus))('queries of stacks beside the repository', () => {
  const text = existsSync(corpus) ? readFileSync(corpus, 'utf8') : '';
  const queries = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CorpusQuery);

  test('are all there', () => expect(queries.length).toBe(corpusSize));

  test('run where they are valid', async () => {
    const refused: string[] = [];
    for (const { query, lezer } of queries) {
      if (lezer !== 'ok') continue;
      await run(filledIn(query)).catch((error: unknown) => refused.push(`${query}: ${error}`));
    }
    expect(refused).toEqual([]);
  });

  test('are refused with a place where they are not', async () => {
    for (const { query, lezer } of queries) {
      if (lezer === 'ok') continue;
      const error = await run(filledIn(query)).catch((thrown: unknown) => thrown);
      expect(error, query).toBeInstanceOf(InputError);
      expect((error as InputError).span, query).toBeDefined();
      expect((error as InputError).message, query).toMatch(/line \d+, col \d+|parse error :/);
    }
  });
});

describe.skipIf(!existsSync(bench))('queries of benchmarks beside the repository', () => {
  const files = existsSync(bench) ? readdirSync(bench, { recursive: true, encoding: 'utf8' }) : [];
  const queries = files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => parseYaml(readFileSync(join(bench, file), 'utf8')) as { queries: object[] })
    .flatMap((file) => file.queries as readonly { readonly query: string }[]);
  const values: Readonly<Record<string, string>> = { SELECTOR: '{app="a"}', RANGE: '5m' };

  test('run', async () => {
    expect(queries.length).toBe(benchSize);
    const refused: string[] = [];
    for (const { query } of queries) {
      const filled = query.replace(/\$\{(\w+)\}/g, (_, name) => values[name] ?? 'value');
      await run(filled).catch((error: unknown) => refused.push(`${filled}: ${error}`));
    }
    expect(refused).toEqual([]);
  });
});
