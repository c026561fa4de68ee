// Which values a label matcher accepts.
import { compileMatcher } from '#query/promql/check/matcher.ts';
import type { MatchOperator } from '#query/promql/syntax/ast.ts';
import { type ConvertedKind, casesOf, check, hasNames } from './kind.ts';

interface Case {
  readonly op: MatchOperator;
  readonly pattern: string;
  readonly value: string;
  readonly match: boolean;
}

export const promqlMatcher: ConvertedKind = {
  kind: 'promql-matcher',
  recognise: (file) => hasNames(file, ['op', 'pattern', 'value', 'match']),
  run: (file) =>
    check(
      casesOf<Case>(file),
      ({ op, pattern, value }) => `${value} ${op} ${pattern}`,
      ({ op, pattern, value, match }) => {
        const span = { from: 0, to: 0 };
        const accepts = compileMatcher({ label: 'label', operator: op, value: pattern, span });
        return accepts(value) === match ? undefined : `${!match}`;
      },
    ),
};
