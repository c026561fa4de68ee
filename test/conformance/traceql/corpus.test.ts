// Queries that others wrote, where they lie beside the repository. Most were never valid in Tempo (attributes
// without a scope): they run here, and with --strict are refused with a place. There are no spans, so
// that only the questions matter.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemClock } from '#lib/clock.ts';
import { InputError } from '#lib/errors.ts';
import { createTraceqlEngine } from '#query/traceql/engine.ts';
import type { StoreReader } from '#store/contract.ts';

const corpus = join(import.meta.dirname, '../../../../shared/corpus/stacks/queries/traceql.jsonl');
const corpusSize = 16;

const reader: StoreReader = { blocks: async function* () {}, rows: async () => [] };
const engineWith = (isStrict: boolean) =>
  createTraceqlEngine({ reader, clock: systemClock, isStrict });
const hourNano = 3_600_000_000_000n;

const run = (query: string, isStrict: boolean) =>
  engineWith(isStrict).search({
    tenant: '',
    query,
    fromNano: 0n,
    toNano: hourNano,
    limit: 20,
    spansPerSpanset: 3,
  });

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

  test('run', async () => {
    const refused: string[] = [];
    for (const { query } of queries) {
      await run(query, false).catch((error: unknown) => refused.push(`${query}: ${error}`));
    }
    expect(refused).toEqual([]);
  });

  test('are refused with a place, if strict, where Tempo refuses them', async () => {
    for (const { query, lezer } of queries) {
      const error = await run(query, true).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (lezer === 'ok') {
        expect(error, query).toBeUndefined();
        continue;
      }
      expect(error, query).toBeInstanceOf(InputError);
      expect((error as InputError).span, query).toBeDefined();
      expect((error as InputError).message, query).toMatch(/line \d+, col \d+/);
    }
  });
});
