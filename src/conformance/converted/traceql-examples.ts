// Tempo's list of queries that are valid, that do not parse, that break a rule, or that are not
// supported: test_examples.yaml.
import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { InputError, messageOf } from '#lib/errors.ts';
import { check as checkQuery } from '#query/traceql/check/check.ts';
import { parse } from '#query/traceql/syntax/parse.ts';
import { brokenSuite, type Suite } from '../suite.ts';
import { check } from './kind.ts';

const codes: Readonly<Record<string, string>> = {
  valid: 'ok',
  parse_fails: 'traceql_parse',
  validate_fails: 'traceql_type',
  unsupported: 'traceql_unsupported',
};

type Example = readonly [list: string, query: string];

export function examplesSuite(name: string, path: string): Suite {
  const kind = 'traceql-examples';
  let lists: unknown;
  try {
    lists = parseYaml(readFileSync(path, 'utf8'));
  } catch (error) {
    return brokenSuite(name, kind, `this file is no YAML: ${messageOf(error)}`);
  }
  const cases = readExamples(lists);
  if (cases.length === 0) return brokenSuite(name, kind, 'this file has no list of queries');
  const run = async () => check(cases, ([list, query]) => `${list}: ${query}`, problemOf);
  return { name, kind, needsServer: false, run };
}

export function readExamples(lists: unknown): Example[] {
  const of = (list: string): readonly string[] => {
    const found = (lists as Record<string, unknown> | null)?.[list];
    return Array.isArray(found) ? found.map(String) : [];
  };
  return Object.keys(codes).flatMap((list) => of(list).map((query): Example => [list, query]));
}

function problemOf([list, query]: Example): string | undefined {
  const code = codeOf(query);
  return code === codes[list] ? undefined : `${code} for ${codes[list]}`;
}

function codeOf(query: string): string {
  try {
    checkQuery(parse(query, { isStrict: true }), { isStrict: true });
    return 'ok';
  } catch (error) {
    if (error instanceof InputError) return error.code;
    throw error;
  }
}
