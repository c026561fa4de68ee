// An alerting rule and its alerts: inactive → pending → firing → resolved, one step per evaluation.
// https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
import { InputError } from '#lib/errors.ts';
import type { AlertingRuleConfig } from '#prometheus-config/rules.ts';
import { METRIC_NAME, setLabels } from '#query/vector/label.ts';
import { type Labels, labelsKey, sortedLabels } from '#query/vector/value.ts';
import { type Alert, needsSending, resolvedRetentionMs } from './alert.ts';
import type { RuleContext, RuleSample, WrittenSample } from './evaluation.ts';
import { expandAlertText } from './template/expand.ts';
import type { AlertState } from './view.ts';

/** When a rule is evaluated, and as of when. */
export interface EvaluationTime {
  readonly timeMs: number;
  readonly queryOffsetMs: number;
  /** Of alerts or series; 0: none. */
  readonly limit: number;
  readonly signal?: AbortSignal;
}

const samplesPerTurn = 100;
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const ALERTS = 'ALERTS';
export const ALERTS_FOR_STATE = 'ALERTS_FOR_STATE';

export class AlertingRule {
  readonly config: AlertingRuleConfig;
  /** By the key of their labels. */
  readonly alerts = new Map<string, Alert>();
  /** Until the state of before a restart is taken up, no ALERTS are written: they would hide it. */
  isRestored: boolean;
  readonly #context: RuleContext;

  constructor(config: AlertingRuleConfig, context: RuleContext, isRestored: boolean) {
    this.config = config;
    this.isRestored = isRestored;
    this.#context = context;
  }

  get name(): string {
    return this.config.name.text;
  }

  /** The most advanced state of its alerts. */
  get state(): AlertState {
    let state: AlertState = 'inactive';
    for (const alert of this.alerts.values()) {
      if (alert.state === 'firing') return 'firing';
      if (alert.state === 'pending') state = 'pending';
    }
    return state;
  }

  /** Pending and firing ones. */
  active(): Alert[] {
    return [...this.alerts.values()].filter(({ state }) => state !== 'inactive');
  }

  /** The samples of ALERTS and ALERTS_FOR_STATE. Throws what the query throws, InputError `rule_*`. */
  async evaluate(at: EvaluationTime): Promise<WrittenSample[]> {
    const { timeMs, queryOffsetMs, limit, signal } = at;
    const { reader } = this.#context;
    const result = await reader.query(this.config.expr.text, timeMs - queryOffsetMs, signal);
    const found = await this.#toAlerts(result, timeMs);
    for (const [key, alert] of found) {
      const known = this.alerts.get(key);
      if (known && known.state !== 'inactive') {
        known.value = alert.value;
        known.annotations = alert.annotations;
      } else {
        this.alerts.set(key, alert);
      }
    }
    const active = this.#advance(found, timeMs);
    if (limit > 0 && active.length > limit) {
      this.alerts.clear();
      const what = `exceeded limit of ${limit} with ${active.length} alerts`;
      throw new InputError('rule_limit', what);
    }
    return this.isRestored
      ? active.flatMap((alert) => samplesOf(alert, timeMs - queryOffsetMs))
      : [];
  }

  /** Those that Alertmanagers are to hear of now. */
  due(timeMs: number, { resendDelayMs, intervalMs }: SendTimes): Alert[] {
    const due: Alert[] = [];
    for (const alert of this.alerts.values()) {
      if (!needsSending(alert, timeMs, resendDelayMs)) continue;
      alert.lastSentAtMs = timeMs;
      // Two evaluations or two messages may fail before it counts as resolved.
      alert.validUntilMs = timeMs + 4 * Math.max(resendDelayMs, intervalMs);
      due.push({ ...alert });
    }
    return due;
  }

  async #toAlerts(result: readonly RuleSample[], timeMs: number): Promise<Map<string, Alert>> {
    const found = new Map<string, Alert>();
    for (const [i, sample] of result.entries()) {
      // Templates take time that others need, too.
      if (i > 0 && i % samplesPerTurn === 0) await nextTurn();
      const alert = await this.#toAlert(sample, timeMs);
      const key = labelsKey(alert.labels);
      if (found.has(key)) {
        const what = 'vector contains metrics with the same labelset after applying alert labels';
        throw new InputError('rule_duplicate', what);
      }
      found.set(key, alert);
    }
    return found;
  }

  async #toAlert({ labels, value, histogram }: RuleSample, timeMs: number): Promise<Alert> {
    const { externalLabels, externalUrl, reader } = this.#context;
    const shown = histogram ? `{count:${histogram.count}, sum:${histogram.sum}}` : value;
    const input = { labels, externalLabels, value: shown };
    const context = { timeMs, externalUrl, query: reader.query };
    const expand = (text: string): Promise<string> =>
      expandAlertText(text, this.name, input, context);
    const changes: [string, string][] = [[METRIC_NAME, '']];
    for (const [name, { text }] of this.config.labels) changes.push([name, await expand(text)]);
    changes.push(['alertname', this.name]);
    const annotations: [string, string][] = [];
    for (const [name, { text }] of this.config.annotations) {
      annotations.push([name, await expand(text)]);
    }
    return {
      state: 'pending',
      labels: setLabels(labels, changes),
      annotations: sortedLabels(annotations),
      value,
      activeAtMs: timeMs,
      firedAtMs: undefined,
      keepFiringSinceMs: undefined,
      resolvedAtMs: undefined,
      lastSentAtMs: undefined,
      validUntilMs: undefined,
    };
  }

  /** One step of every alert; gives those that are pending or firing after it. */
  #advance(found: ReadonlyMap<string, Alert>, timeMs: number): Alert[] {
    const active: Alert[] = [];
    for (const [key, alert] of this.alerts) {
      if (found.has(key)) alert.keepFiringSinceMs = undefined;
      else if (!this.#keepsFiring(alert, timeMs)) {
        this.#resolve(key, alert, timeMs);
        continue;
      }
      if (alert.state === 'pending' && timeMs - alert.activeAtMs >= this.config.forMs) {
        alert.state = 'firing';
        alert.firedAtMs = timeMs;
      }
      active.push(alert);
    }
    return active;
  }

  #keepsFiring(alert: Alert, timeMs: number): boolean {
    const { keepFiringForMs } = this.config;
    if (alert.state !== 'firing' || keepFiringForMs === 0) return false;
    alert.keepFiringSinceMs ??= timeMs;
    return timeMs - alert.keepFiringSinceMs < keepFiringForMs;
  }

  #resolve(key: string, alert: Alert, timeMs: number): void {
    const { resolvedAtMs } = alert;
    const isForgotten = resolvedAtMs !== undefined && timeMs - resolvedAtMs > resolvedRetentionMs;
    if (alert.state === 'pending' || isForgotten) this.alerts.delete(key);
    if (alert.state === 'inactive') return;
    alert.state = 'inactive';
    alert.resolvedAtMs = timeMs;
  }
}

export interface SendTimes {
  readonly resendDelayMs: number;
  readonly intervalMs: number;
}

function samplesOf({ labels, state, activeAtMs }: Alert, timeMs: number): WrittenSample[] {
  const named = (name: string, more: [string, string][] = []): Labels =>
    setLabels(labels, [[METRIC_NAME, name], ...more]);
  return [
    { labels: named(ALERTS, [['alertstate', state]]), timeMs, value: 1 },
    { labels: named(ALERTS_FOR_STATE), timeMs, value: Math.floor(activeAtMs / 1000) },
  ];
}
