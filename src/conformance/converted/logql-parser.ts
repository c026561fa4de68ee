// LogQL texts that are accepted or refused.
import { messageOf } from '#lib/errors.ts';
import { checkRules } from '#query/logql/check/check.ts';
import { parse, parseMatchers } from '#query/logql/syntax/parser.ts';
import { print } from '#query/logql/syntax/print.ts';
import { type ConvertedKind, casesOf, check, hasNames } from './kind.ts';

interface Case {
  readonly query: string;
  readonly valid: boolean;
  /** How Loki prints it. */
  readonly canonical?: string;
  readonly entry_point?: string;
}

export const logqlParser: ConvertedKind = {
  kind: 'logql-parser',
  recognise: (file) => hasNames(file, ['query', 'valid']),
  run: (file) => check(casesOf<Case>(file), ({ query }, i) => `${i} ${query}`, problemOf),
};

function problemOf({ query, valid, canonical, entry_point: entry }: Case): string | undefined {
  try {
    if (entry === 'matchers_only' || entry === 'label_set') {
      parseMatchers(query);
      return valid ? undefined : 'accepted';
    }
    const expr = checkRules(parse(query), { isStrict: true });
    if (!valid) return 'accepted';
    const printed = print(expr);
    if (canonical !== undefined && printed !== canonical) return `prints as ${printed}`;
    return print(parse(printed)) === printed ? undefined : `prints as ${printed}`;
  } catch (thrown) {
    return valid ? `refused: ${messageOf(thrown)}` : undefined;
  }
}
