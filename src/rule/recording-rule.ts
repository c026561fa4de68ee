// A recording rule: the result of its expression under a new name.
// https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
import { InputError } from '#lib/errors.ts';
import type { RecordingRuleConfig } from '#prometheus-config/rules.ts';
import { METRIC_NAME, setLabels } from '#query/vector/label.ts';
import { labelsKey } from '#query/vector/value.ts';
import type { EvaluationTime } from './alerting-rule.ts';
import type { RuleContext, WrittenSample } from './evaluation.ts';

export class RecordingRule {
  readonly config: RecordingRuleConfig;
  readonly #context: RuleContext;

  constructor(config: RecordingRuleConfig, context: RuleContext) {
    this.config = config;
    this.#context = context;
  }

  get name(): string {
    return this.config.name.text;
  }

  /** Throws what the query throws, InputError `rule_duplicate`, `rule_limit`. */
  async evaluate(at: EvaluationTime): Promise<WrittenSample[]> {
    const timeMs = at.timeMs - at.queryOffsetMs;
    const result = await this.#context.reader.query(this.config.expr.text, timeMs, at.signal);
    const changes: [string, string][] = [[METRIC_NAME, this.name]];
    for (const [name, { text }] of this.config.labels) changes.push([name, text]);
    const keys = new Set<string>();
    const samples = result.map((sample): WrittenSample => {
      const labels = setLabels(sample.labels, changes);
      keys.add(labelsKey(labels));
      return { ...sample, labels, timeMs };
    });
    if (keys.size !== samples.length) {
      const what = 'vector contains metrics with the same labelset after applying rule labels';
      throw new InputError('rule_duplicate', what);
    }
    if (at.limit > 0 && samples.length > at.limit) {
      const what = `exceeded limit of ${at.limit} with ${samples.length} series`;
      throw new InputError('rule_limit', what);
    }
    return samples;
  }
}
