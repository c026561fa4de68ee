// Rules in LogQL: an instant query whose series become samples or alerts.
import { InputError } from '#lib/errors.ts';
import { check } from '#query/logql/check/check.ts';
import type { LogqlEngine } from '#query/logql/engine.ts';
import { parse } from '#query/logql/syntax/parser.ts';
import { print } from '#query/logql/syntax/print.ts';
import type { PromqlEngine } from '#query/promql/engine.ts';
import type { RuleReader } from './evaluation.ts';
import type { RuleLanguage } from './language.ts';

const parsed = (expr: string, isStrict: boolean) =>
  check(parse(expr, { acceptsSupersets: !isStrict }), { isStrict });

export const logqlRules = (isStrict: boolean): RuleLanguage => ({
  check: (expr) => {
    if (parsed(expr, isStrict).kind !== 'log') return;
    throw new InputError('rule_expression', 'the expression gives lines, a rule needs numbers', {
      hint: 'Count them: count_over_time(… [5m]).',
    });
  },
  print: (expr) => {
    try {
      return print(parsed(expr, isStrict));
    } catch {
      return expr;
    }
  },
  // Rules read logs and write metrics.
  reads: () => () => false,
});

/** Expressions are LogQL; what rules have written is in metrics, where PromQL finds it. */
export function logRuleReader(
  logql: LogqlEngine,
  promql: PromqlEngine,
  tenant: string,
): RuleReader {
  return {
    query: async (expr, timeMs, signal) => {
      const result = await logql.query(expr, {
        tenant,
        timeNano: BigInt(Math.round(timeMs)) * 1_000_000n,
        limit: 1,
        direction: 'backward',
        ...(signal ? { signal } : {}),
      });
      if (result.kind === 'scalar') return [{ labels: {}, value: result.value }];
      if (result.kind !== 'vector') {
        throw new InputError('rule_expression', 'rule result is not a vector or scalar');
      }
      return result.series
        .filter(({ present }) => present[0])
        .map(({ labels, values }) => ({ labels, value: values[0] as number }));
    },
    select: (matchers, { fromMs, toMs }) =>
      promql.select({ selectors: [matchers], fromMs, toMs, tenant }),
  };
}
