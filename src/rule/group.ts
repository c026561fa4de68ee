// A group of rules: evaluated one after the other at one time, each seeing what those before it wrote.
// Series that a rule gave last time and gives no more are ended by a stale marker.
import { type Clock, systemClock } from '#lib/clock.ts';
import { messageOf } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import type { RuleConfig, RuleGroupConfig } from '#prometheus-config/rules.ts';
import { type Labels, labelsKey } from '#query/vector/value.ts';
import { ALERTS, ALERTS_FOR_STATE, AlertingRule } from './alerting-rule.ts';
import type { ReadsName } from './dependency.ts';
import type { RuleContext, RuleWriter, SendAlerts, WrittenSample } from './evaluation.ts';
import { promqlRules } from './language.ts';
import type { RuleInstruments } from './metrics.ts';
import { RecordingRule } from './recording-rule.ts';
import type { RuleHealth } from './view.ts';

export interface GroupSettings {
  readonly intervalMs: number;
  readonly queryOffsetMs: number;
  readonly resendDelayMs: number;
}

export interface GroupDeps {
  readonly context: RuleContext;
  readonly writer: RuleWriter;
  readonly send: SendAlerts;
  readonly instruments: RuleInstruments;
  readonly logger: Logger;
  readonly clock?: Clock;
}

/** A rule with what became of it. */
export interface GroupRule {
  readonly rule: AlertingRule | RecordingRule;
  readonly reads: ReadsName;
  health: RuleHealth;
  lastError: string;
  evaluationSeconds: number;
  lastEvaluationMs: number | undefined;
  /** What it gave last time. */
  series: Map<string, Labels>;
}

interface PendingWrite {
  readonly names: readonly string[];
  readonly done: Promise<void>;
}

export class RuleGroup {
  readonly config: RuleGroupConfig;
  readonly settings: GroupSettings;
  readonly rules: readonly GroupRule[];
  evaluationSeconds = 0;
  lastEvaluationMs: number | undefined;
  /** Series of rules that are no longer there. */
  #orphans: Labels[] = [];
  readonly #deps: GroupDeps;
  readonly #clock: Clock;

  constructor(
    config: RuleGroupConfig,
    settings: GroupSettings,
    deps: GroupDeps & { readonly isRestored: boolean },
  ) {
    this.config = config;
    this.settings = settings;
    this.#deps = deps;
    this.#clock = deps.clock ?? systemClock;
    this.rules = config.rules.map((rule) => toGroupRule(rule, deps));
  }

  get key(): string {
    return groupKey(this.config);
  }

  get alertingRules(): readonly AlertingRule[] {
    return this.rules.flatMap(({ rule }) => (rule instanceof AlertingRule ? [rule] : []));
  }

  /** One evaluation of all rules. Never throws: what fails is the health of its rule. */
  async evaluate(timeMs: number, signal?: AbortSignal): Promise<void> {
    const startedMs = this.#clock.monotonicMs();
    const pending: PendingWrite[] = [];
    for (const each of this.rules) {
      if (signal?.aborted) break;
      const needed = pending.filter(({ names }) => names.some(each.reads));
      if (needed.length > 0) {
        const settled = Promise.all(needed.map(({ done }) => done));
        await this.#flush();
        await settled;
      }
      const write = await this.#evaluateRule(each, timeMs, signal);
      if (write) pending.push(write);
    }
    await Promise.all(pending.map(({ done }) => done));
    if (!signal?.aborted) await this.endOrphans(timeMs);
    this.evaluationSeconds = (this.#clock.monotonicMs() - startedMs) / 1000;
    this.lastEvaluationMs = this.#clock.nowMs();
    this.#deps.instruments.lastDuration.set(this.evaluationSeconds, { rule_group: this.key });
  }

  /** Alerts and series of the rules that were there before, by name and labels. */
  takeOver(previous: RuleGroup): void {
    this.evaluationSeconds = previous.evaluationSeconds;
    this.lastEvaluationMs = previous.lastEvaluationMs;
    this.#orphans = [...previous.#orphans];
    const left = [...previous.rules];
    for (const each of this.rules) {
      const at = left.findIndex((other) => identityOf(other) === identityOf(each));
      const [from] = at < 0 ? [] : left.splice(at, 1);
      if (!from) continue;
      each.series = from.series;
      if (!(each.rule instanceof AlertingRule) || !(from.rule instanceof AlertingRule)) continue;
      for (const [key, alert] of from.rule.alerts) each.rule.alerts.set(key, alert);
      each.rule.isRestored = from.rule.isRestored;
    }
    for (const { series } of left) this.#end(series);
  }

  /** All series of a group that goes away are to end. */
  abandon(): void {
    for (const each of this.rules) {
      this.#end(each.series);
      each.series = new Map();
    }
  }

  /** One by one: there may be more than fit into the arguments of a call. */
  #end(series: GroupRule['series']): void {
    for (const one of series.values()) this.#orphans.push(one);
  }

  /** Those that somebody else writes do not end. */
  forgetOrphans(written: ReadonlySet<string>): void {
    this.#orphans = this.#orphans.filter((labels) => !written.has(labelsKey(labels)));
  }

  async endOrphans(timeMs: number): Promise<void> {
    if (this.#orphans.length === 0) return;
    const ended = this.#orphans;
    const at = timeMs - this.settings.queryOffsetMs;
    try {
      await this.#deps.writer.write(ended.map((labels) => staleSample(labels, at)));
      this.#orphans = [];
    } catch (error) {
      const fields = { group: this.key, error: messageOf(error) };
      this.#deps.logger.warn('series of rules that are gone could not be ended', fields);
    }
  }

  async #evaluateRule(
    each: GroupRule,
    timeMs: number,
    signal: AbortSignal | undefined,
  ): Promise<PendingWrite | undefined> {
    const { instruments, send } = this.#deps;
    const { queryOffsetMs, resendDelayMs, intervalMs } = this.settings;
    const { rule } = each;
    const startedMs = this.#clock.monotonicMs();
    const { limit } = this.config;
    instruments.evaluations.add(1, { rule_group: this.key });
    try {
      const at = { timeMs, queryOffsetMs, limit, ...(signal ? { signal } : {}) };
      const samples = await rule.evaluate(at);
      each.health = 'ok';
      each.lastError = '';
      if (rule instanceof AlertingRule) {
        const due = rule.due(timeMs, { resendDelayMs, intervalMs });
        if (due.length > 0) send(due, rule.config.expr.text);
      }
      return this.#write(each, samples, timeMs - queryOffsetMs);
    } catch (error) {
      if (!signal?.aborted) this.#fail(each, error);
      return undefined;
    } finally {
      each.evaluationSeconds = (this.#clock.monotonicMs() - startedMs) / 1000;
      each.lastEvaluationMs = this.#clock.nowMs();
    }
  }

  #write(
    each: GroupRule,
    samples: readonly WrittenSample[],
    timeMs: number,
  ): PendingWrite | undefined {
    const series = new Map(samples.map(({ labels }) => [labelsKey(labels), labels]));
    const ended = [...each.series].filter(([key]) => !series.has(key));
    const all = [...samples, ...ended.map(([, labels]) => staleSample(labels, timeMs))];
    if (all.length === 0) return undefined;
    const done = this.#deps.writer.write(all).then(
      () => {
        each.series = series;
      },
      (error) => this.#fail(each, error),
    );
    const { rule } = each;
    const names = rule instanceof AlertingRule ? [ALERTS, ALERTS_FOR_STATE] : [rule.name];
    return { names, done };
  }

  async #flush(): Promise<void> {
    // What could not be written is said by the write itself.
    await this.#deps.writer.flush().catch(() => {});
  }

  #fail(each: GroupRule, error: unknown): void {
    each.health = 'err';
    each.lastError = messageOf(error);
    this.#deps.instruments.failures.add(1, { rule_group: this.key });
    this.#deps.logger.warn('a rule failed', {
      file: this.config.file,
      group: this.config.name,
      rule: each.rule.name,
      error: each.lastError,
    });
  }
}

export const groupKey = ({ file, name }: RuleGroupConfig): string => `${file};${name}`;

const staleSample = (labels: Labels, timeMs: number): WrittenSample => ({
  labels,
  timeMs,
  value: Number.NaN,
  isStale: true,
});

function toGroupRule(
  config: RuleConfig,
  { context, isRestored }: GroupDeps & { readonly isRestored: boolean },
): GroupRule {
  return {
    rule:
      config.kind === 'alert'
        ? new AlertingRule(config, context, isRestored)
        : new RecordingRule(config, context),
    reads: (context.language ?? promqlRules).reads(config.expr.text),
    health: 'unknown',
    lastError: '',
    evaluationSeconds: 0,
    lastEvaluationMs: undefined,
    series: new Map(),
  };
}

function identityOf({ rule }: GroupRule): string {
  const labels = [...rule.config.labels].map(([name, { text }]) => [name, text]);
  return JSON.stringify([rule.name, labels.sort()]);
}
