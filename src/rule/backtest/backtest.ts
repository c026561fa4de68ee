// Alerting rules over stored data: the expression as range queries at the interval of its group, and the
// state machine of the running rules on every step. Nothing is written and nobody is told.
import type { Clock } from '#lib/clock.ts';
import { InputError, messageOf, OperationError } from '#lib/errors.ts';
import type { AlertingRuleConfig, RuleGroupConfig } from '#prometheus-config/rules.ts';
import { type PromqlEngine, pointsMax } from '#query/promql/engine.ts';
import { type GridSeries, gridTime, type Labels, labelsKey } from '#query/vector/value.ts';
import type { Alert } from '../alert.ts';
import { AlertingRule } from '../alerting-rule.ts';
import { engineReader, type RuleReader, type RuleSample } from '../evaluation.ts';
import { slotBefore } from '../schedule.ts';
import type { AlertSpan, AlertTimeline, Backtest, RuleTimeline } from './timeline.ts';

export interface BacktestRequest {
  readonly groups: readonly RuleGroupConfig[];
  /** Only this alert; undefined: all of the groups. */
  readonly alert?: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Instead of those of the groups. */
  readonly intervalMs?: number;
  readonly signal?: AbortSignal;
}

export interface BacktestContext {
  readonly engine: PromqlEngine;
  readonly tenant: string;
  readonly clock: Clock;
  readonly externalUrl: string;
  readonly externalLabels: Labels;
  readonly evaluationIntervalMs: number;
  readonly queryOffsetMs: number;
}

/** What one backtest may cost; over it the request is refused, or the rule says so as its error. */
export const backtestLimits = {
  rulesMax: 200,
  evaluationsMax: 100_000,
  alertsMax: 1000,
  /** Of all alerts of a rule: how often one becomes pending or fires. */
  spansMax: 50_000,
  /** How long before the range evaluation begins, for alerts that were already pending. */
  warmUpMsMax: 7 * 86_400_000,
  durationMsMax: 120_000,
} as const;

/** How long it works between two turns of the event loop. */
const turnMs = 20;

/** Throws InputError `backtest_*` for what cannot be asked; a rule that fails says why in its timeline. */
export async function runBacktest(
  request: BacktestRequest,
  context: BacktestContext,
): Promise<Backtest> {
  const { fromMs, toMs } = request;
  if (!(fromMs < toMs)) {
    throw new InputError('backtest_range', "'from' is not before 'to'");
  }
  const chosen = chooseRules(request);
  const rules: RuleTimeline[] = [];
  const deadlineMs = context.clock.monotonicMs() + backtestLimits.durationMsMax;
  for (const { group, rule } of chosen) {
    rules.push(await new RuleBacktest(group, rule, request, { ...context, deadlineMs }).run());
  }
  return { fromMs, toMs, rules };
}

interface Chosen {
  readonly group: RuleGroupConfig;
  readonly rule: AlertingRuleConfig;
}

function chooseRules({ groups, alert }: BacktestRequest): Chosen[] {
  const chosen = groups.flatMap((group) =>
    group.rules.flatMap((rule) =>
      rule.kind === 'alert' && (alert === undefined || rule.name.text === alert)
        ? [{ group, rule }]
        : [],
    ),
  );
  if (chosen.length === 0) {
    throw new InputError('backtest_rules', 'there is no alerting rule to test', {
      hint: 'Give a rule file, or the name of a loaded group or alert.',
    });
  }
  if (chosen.length > backtestLimits.rulesMax) {
    const what = `${chosen.length} alerting rules are more than the ${backtestLimits.rulesMax} of one backtest`;
    throw new InputError('backtest_rules', what, { hint: 'Name one group or one alert.' });
  }
  return chosen;
}

interface Track {
  readonly labels: Labels;
  annotations: Labels;
  readonly spans: AlertSpan[];
}

interface RunContext extends BacktestContext {
  /** Of the monotonic clock. */
  readonly deadlineMs: number;
}

interface Step {
  samples: readonly RuleSample[];
}

class RuleBacktest {
  readonly #group: RuleGroupConfig;
  readonly #config: AlertingRuleConfig;
  readonly #request: BacktestRequest;
  readonly #context: RunContext;
  readonly #reader: RuleReader;
  readonly #intervalMs: number;
  readonly #tracks = new Map<string, Track>();
  #firings = 0;
  #spans = 0;
  #turnMs = 0;

  constructor(
    group: RuleGroupConfig,
    config: AlertingRuleConfig,
    request: BacktestRequest,
    context: RunContext,
  ) {
    this.#group = group;
    this.#config = config;
    this.#request = request;
    this.#context = context;
    this.#reader = engineReader(context.engine, context.tenant);
    this.#intervalMs = request.intervalMs ?? group.intervalMs ?? context.evaluationIntervalMs;
  }

  async run(): Promise<RuleTimeline> {
    let error = '';
    try {
      await this.#evaluateAll();
    } catch (failure) {
      const isKnown = failure instanceof InputError || failure instanceof OperationError;
      if (!isKnown || this.#request.signal?.aborted) throw failure;
      error = messageOf(failure);
    }
    const { forMs, keepFiringForMs, name, expr } = this.#config;
    return {
      group: this.#group.name,
      file: this.#group.file,
      name: name.text,
      query: expr.text,
      forSeconds: forMs / 1000,
      keepFiringForSeconds: keepFiringForMs / 1000,
      intervalSeconds: this.#intervalMs / 1000,
      error,
      firings: this.#firings,
      alerts: this.#timelines(),
    };
  }

  async #evaluateAll(): Promise<void> {
    const { fromMs, toMs } = this.#request;
    const { forMs, keepFiringForMs } = this.#config;
    const warmUpMs = Math.min(forMs + keepFiringForMs, backtestLimits.warmUpMsMax);
    const startMs = slotBefore(this.#group, this.#intervalMs, fromMs - warmUpMs);
    const count = Math.floor((toMs - startMs) / this.#intervalMs) + 1;
    if (count > backtestLimits.evaluationsMax) {
      const what = `${count} evaluations are more than the ${backtestLimits.evaluationsMax} of one rule`;
      throw new InputError('backtest_range', `${what}; ask for less time or a longer interval`);
    }
    const current: Step = { samples: [] };
    // Annotations are only wanted of alerts that fire.
    const rule = this.#createRule({ ...this.#config, annotations: new Map() }, current);
    for (let done = 0; done < count; done += pointsMax) {
      const chunkStartMs = startMs + done * this.#intervalMs;
      const steps = Math.min(pointsMax, count - done);
      await this.#evaluateChunk(rule, current, { startMs: chunkStartMs, count: steps });
    }
  }

  /** The rule of the program, with the results of a range query for answers. */
  #createRule(config: AlertingRuleConfig, current: Step): AlertingRule {
    const { text } = config.expr;
    const reader: RuleReader = {
      select: this.#reader.select,
      query: async (expr, timeMs, signal) =>
        expr === text ? current.samples : this.#reader.query(expr, timeMs, signal),
    };
    const { externalLabels, externalUrl } = this.#context;
    return new AlertingRule(config, { reader, externalLabels, externalUrl }, true);
  }

  async #evaluateChunk(
    rule: AlertingRule,
    current: Step,
    { startMs, count }: { readonly startMs: number; readonly count: number },
  ): Promise<void> {
    const { signal } = this.#request;
    const { engine, tenant } = this.#context;
    const queryOffsetMs = this.#group.queryOffsetMs ?? this.#context.queryOffsetMs;
    const stepMs = this.#intervalMs;
    const { series, grid } = await engine.range({
      query: this.#config.expr.text,
      startMs: startMs - queryOffsetMs,
      endMs: startMs + (count - 1) * stepMs - queryOffsetMs,
      stepMs,
      tenant,
      ...(signal ? { signal } : {}),
    });
    for (let step = 0; step < count; step++) {
      await this.#turn();
      current.samples = samplesAt(series, step);
      const timeMs = gridTime(grid, step) + queryOffsetMs;
      const { limit } = this.#group;
      await rule.evaluate({ timeMs, queryOffsetMs, limit });
      const fired = this.#record(rule, timeMs);
      if (fired.length > 0) await this.#annotate(fired, current, timeMs);
    }
  }

  /** What the annotations of alerts are that fire for the first time. */
  async #annotate(fired: readonly string[], current: Step, timeMs: number): Promise<void> {
    if (this.#config.annotations.size === 0) return;
    const rule = this.#createRule(this.#config, current);
    await rule.evaluate({ timeMs, queryOffsetMs: 0, limit: 0 });
    for (const key of fired) {
      const track = this.#tracks.get(key);
      if (track) track.annotations = rule.alerts.get(key)?.annotations ?? {};
    }
  }

  async #turn(): Promise<void> {
    const { clock, deadlineMs } = this.#context;
    const nowMs = clock.monotonicMs();
    if (nowMs > deadlineMs) {
      const what = `the backtest takes longer than ${backtestLimits.durationMsMax / 1000} s`;
      throw new InputError('backtest_range', `${what}; ask for less time or a longer interval`);
    }
    if (this.#request.signal?.aborted) {
      throw new OperationError('query_canceled', 'the backtest was canceled', { retryable: true });
    }
    if (nowMs - this.#turnMs < turnMs) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#turnMs = clock.monotonicMs();
  }

  /** The keys of the alerts that fire for the first time. */
  #record(rule: AlertingRule, timeMs: number): string[] {
    const isShown = timeMs >= this.#request.fromMs;
    const fired: string[] = [];
    for (const [key, alert] of rule.alerts) {
      if (alert.state === 'inactive') continue;
      if (isShown && this.#recordAlert(key, alert, timeMs)) fired.push(key);
    }
    for (const [key, track] of this.#tracks) {
      const state = rule.alerts.get(key)?.state ?? 'inactive';
      if (state === 'inactive') endSpan(track, timeMs);
    }
    return fired;
  }

  /** Whether it fires for the first time. */
  #recordAlert(key: string, { state, labels }: Alert, timeMs: number): boolean {
    if (state === 'inactive') return false;
    const track = this.#tracks.get(key) ?? this.#createTrack(key, labels);
    const last = track.spans.at(-1);
    if (last?.state === state && last.toMs === undefined) return false;
    if (++this.#spans > backtestLimits.spansMax) {
      throw new InputError(
        'backtest_alerts',
        `its alerts begin more than ${backtestLimits.spansMax} times; the first are shown`,
      );
    }
    endSpan(track, timeMs);
    const isFirst = !track.spans.some((span) => span.state === 'firing');
    track.spans.push({ state, fromMs: timeMs, toMs: undefined });
    if (state === 'firing') this.#firings++;
    return state === 'firing' && isFirst;
  }

  #createTrack(key: string, labels: Labels): Track {
    if (this.#tracks.size >= backtestLimits.alertsMax) {
      throw new InputError(
        'backtest_alerts',
        `there are more than ${backtestLimits.alertsMax} different alerts; the first are shown`,
      );
    }
    const track: Track = { labels, annotations: {}, spans: [] };
    this.#tracks.set(key, track);
    return track;
  }

  #timelines(): AlertTimeline[] {
    return [...this.#tracks.values()]
      .filter(({ spans }) => spans.length > 0)
      .sort((a, b) => (labelsKey(a.labels) < labelsKey(b.labels) ? -1 : 1));
  }
}

function endSpan({ spans }: Track, timeMs: number): void {
  const last = spans.at(-1);
  if (last && last.toMs === undefined) spans[spans.length - 1] = { ...last, toMs: timeMs };
}

function samplesAt(series: readonly GridSeries[], step: number): RuleSample[] {
  const samples: RuleSample[] = [];
  for (const { labels, values, present, histograms } of series) {
    if (!present[step]) continue;
    const histogram = histograms?.[step];
    samples.push({ labels, value: values[step] as number, ...(histogram ? { histogram } : {}) });
  }
  return samples;
}
