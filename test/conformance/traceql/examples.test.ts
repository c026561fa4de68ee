// Tempo's list of valid and invalid queries, read where the shared folder exists, and our own list
// of the same shape beside this file. A ratchet: the floor may only rise.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { InputError } from '#lib/errors.ts';
import { check } from '#query/traceql/check/check.ts';
import { parse } from '#query/traceql/syntax/parse.ts';

interface Examples {
  readonly valid: readonly string[];
  readonly parse_fails: readonly string[];
  readonly validate_fails: readonly string[];
  readonly unsupported: readonly string[];
}

const codeOf = (query: string, isStrict: boolean): string => {
  try {
    check(parse(query, { isStrict }));
    return 'ok';
  } catch (error) {
    if (error instanceof InputError) return error.code;
    throw error;
  }
};

const expectedCode = {
  valid: 'ok',
  parse_fails: 'traceql_parse',
  validate_fails: 'traceql_type',
  unsupported: 'traceql_unsupported',
} as const;

function failuresOf(examples: Examples): { total: number; failures: string[] } {
  const failures: string[] = [];
  let total = 0;
  for (const [list, code] of Object.entries(expectedCode)) {
    for (const query of examples[list as keyof Examples] ?? []) {
      total++;
      const actual = codeOf(query, true);
      if (actual !== code) failures.push(`${list}: ${query} → ${actual}`);
    }
  }
  return { total, failures };
}

const read = (url: URL): Examples => parseYaml(readFileSync(url, 'utf8')) as Examples;

describe('our examples', () => {
  const { total, failures } = failuresOf(read(new URL('examples.yaml', import.meta.url)));
  it(`${total} queries are accepted and refused as listed`, () => expect(failures).toEqual([]));
});

describe('examples of Tempo', () => {
  const url = new URL('../../../../shared/conformance/traceql/test_examples.yaml', import.meta.url);
  it.skipIf(!existsSync(url))('all 266', () => {
    const { total, failures } = failuresOf(read(url));
    console.log(`TraceQL examples of Tempo: ${total - failures.length}/${total}`, failures);
    expect(total - failures.length).toBe(total);
  });
});
