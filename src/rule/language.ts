// What differs between rules of two query languages, beside the reader that answers them.
import { InputError } from '#lib/errors.ts';
import { checkQuery } from '#query/promql/run.ts';
import { parse } from '#query/promql/syntax/parse.ts';
import { print } from '#query/promql/syntax/print.ts';
import { type ReadsName, readsOf } from './dependency.ts';

export interface RuleLanguage {
  /** Throws InputError for an expression that no rule can have. */
  check(expr: string): void;
  /** As the formatter of the language prints it; what is not valid as it stands. */
  print(expr: string): string;
  /** Which series an expression reads that rules write. */
  reads(expr: string): ReadsName;
}

export const promqlRules: RuleLanguage = {
  check: (expr) => {
    const { type } = checkQuery(expr);
    if (type === 'vector' || type === 'scalar') return;
    throw new InputError('rule_expression', 'rule result is not a vector or scalar');
  },
  // Expressions were checked when they were loaded.
  print: (expr) => {
    try {
      return print(parse(expr));
    } catch {
      return expr;
    }
  },
  reads: readsOf,
};
