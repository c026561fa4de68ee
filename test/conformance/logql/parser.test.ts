// The parser against the cases of Loki's own parser, where those are at hand (../shared).
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { messageOf } from '#lib/errors.ts';
import { check } from '#query/logql/check/check.ts';
import { parse, parseMatchers } from '#query/logql/syntax/parser.ts';
import { print } from '#query/logql/syntax/print.ts';

interface Case {
  readonly query: string;
  readonly valid: boolean;
  readonly error?: string;
  readonly entry_point?: string;
}

const path = new URL(
  '../../../../shared/conformance/logql/converted/parser_cases.json',
  import.meta.url,
);
const isThere = existsSync(path);
/** Only ever raised. */
const passedMin = 414;

test.skipIf(!isThere)('parser cases', () => {
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: Case[] };
  const failures: string[] = [];
  for (const one of cases) {
    const problem = problemOf(one);
    if (problem !== undefined) failures.push(`${one.query.slice(0, 120)}  →  ${problem}`);
  }
  const passed = cases.length - failures.length;
  console.log(`logql parser cases: ${passed}/${cases.length}\n${failures.join('\n')}`);
  expect(passed).toBeGreaterThanOrEqual(passedMin);
});

function problemOf({ query, valid, error, entry_point }: Case): string | undefined {
  try {
    if (entry_point === 'matchers_only' || entry_point === 'label_set') {
      parseMatchers(query);
      return valid ? undefined : 'accepted';
    }
    const expr = check(parse(query), { isStrict: true });
    if (!valid) return 'accepted';
    const printed = print(expr);
    return print(parse(printed)) === printed ? undefined : `prints as ${printed}`;
  } catch (thrown) {
    const message = messageOf(thrown);
    if (valid) return /not supported yet|supported yet/.test(message) ? undefined : message;
    return error === undefined || message.includes(error.split('(')[0] as string)
      ? undefined
      : `${message} instead of ${error}`;
  }
}
