// What rules need of the world: queries, a place for samples, and the alerts' way out.
import { InputError } from '#lib/errors.ts';
import type { PromqlEngine } from '#query/promql/engine.ts';
import type { Matcher } from '#query/promql/syntax/ast.ts';
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import type { Labels, RawSeries } from '#query/vector/value.ts';
import type { Alert } from './alert.ts';
import type { RuleLanguage } from './language.ts';

/** Where `histogram` is one, `value` means nothing. */
export interface RuleSample {
  readonly labels: Labels;
  readonly value: number;
  readonly histogram?: Histogram;
}

/** A sample on its way to the store. */
export interface WrittenSample extends RuleSample {
  readonly timeMs: number;
  /** The series ends here; `value` means nothing. */
  readonly isStale?: boolean;
}

export interface RuleWriter {
  /** Resolves when the samples are committed: later queries see them. Throws what the store throws. */
  write(samples: readonly WrittenSample[]): Promise<void>;
  /** Makes what is being written be committed now. */
  flush(): Promise<void>;
}

export interface RuleReader {
  /** The samples of an expression at one time. Throws what the engine throws. */
  query(expr: string, timeMs: number, signal?: AbortSignal): Promise<readonly RuleSample[]>;
  /** Raw series with their stale markers, for taking up state after a restart. */
  select(
    matchers: readonly Matcher[],
    range: { readonly fromMs: number; readonly toMs: number },
  ): Promise<readonly RawSeries[]>;
}

/** Takes alerts that are due; never waits for an Alertmanager. */
export type SendAlerts = (alerts: readonly Alert[], expr: string) => void;

/** What every rule of a program shares. */
export interface RuleContext {
  readonly reader: RuleReader;
  /** Of the expressions; PromQL when missing. */
  readonly language?: RuleLanguage;
  readonly externalLabels: Labels;
  /** Without a slash at the end. */
  readonly externalUrl: string;
}

export function engineReader(engine: PromqlEngine, tenant: string): RuleReader {
  return {
    query: async (expr, timeMs, signal) => {
      const query = { query: expr, timeMs, tenant, ...(signal ? { signal } : {}) };
      const { value } = await engine.instant(query);
      if (value.kind === 'vector') return value.samples;
      if (value.kind === 'scalar') return [{ labels: {}, value: value.value }];
      throw new InputError('rule_expression', 'rule result is not a vector or scalar');
    },
    select: (matchers, { fromMs, toMs }) =>
      engine.select({ selectors: [matchers], fromMs, toMs, tenant }),
  };
}
