// What the endpoints about rules and alerts show. Implemented by RuleGroups, given to the API by
// the composition root. https://prometheus.io/docs/prometheus/latest/querying/api/#rules
import type { Labels } from '#query/vector/value.ts';

export type AlertState = 'inactive' | 'pending' | 'firing';
/** A rule is 'unknown' until its first evaluation. */
export type RuleHealth = 'ok' | 'err' | 'unknown';

/** One active alert: pending or firing. */
export interface AlertStatus {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: 'pending' | 'firing';
  /** Milliseconds since 1970. */
  readonly activeAtMs: number;
  /** Since when only keep_firing_for has kept it firing. */
  readonly keepFiringSinceMs?: number;
  readonly value: number;
}

interface EvaluationStatus {
  readonly health: RuleHealth;
  /** '' when the last evaluation went well. */
  readonly lastError: string;
  readonly evaluationSeconds: number;
  /** Milliseconds since 1970; undefined before the first evaluation. */
  readonly lastEvaluationMs: number | undefined;
}

export interface RecordingRuleStatus extends EvaluationStatus {
  readonly type: 'recording';
  readonly name: string;
  /** As the formatter of its language prints it. */
  readonly query: string;
  readonly labels: Labels;
}

export interface AlertingRuleStatus extends EvaluationStatus {
  readonly type: 'alerting';
  readonly name: string;
  readonly query: string;
  /** The most advanced state of its alerts. */
  readonly state: AlertState;
  readonly durationSeconds: number;
  readonly keepFiringForSeconds: number;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Pending and firing ones, ordered by their labels; resolved ones are left out. */
  readonly alerts: readonly AlertStatus[];
}

export type RuleStatus = RecordingRuleStatus | AlertingRuleStatus;

export interface RuleGroupStatus {
  readonly name: string;
  /** Path of the rule file, as prometheus.yml led to it. */
  readonly file: string;
  readonly rules: readonly RuleStatus[];
  readonly intervalSeconds: number;
  readonly limit: number;
  readonly evaluationSeconds: number;
  readonly lastEvaluationMs: number | undefined;
}

/** URLs that alerts are posted to, path included. */
export interface AlertmanagerStatus {
  readonly active: readonly string[];
  /** Found, but dropped by relabelling. */
  readonly dropped: readonly string[];
}

/** The rules that are loaded, and what became of them. */
export interface RuleView {
  /** Ordered by file, then by name. */
  groups(): readonly RuleGroupStatus[];
  alertmanagers(): AlertmanagerStatus;
}
