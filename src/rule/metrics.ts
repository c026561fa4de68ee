// Our own counters of rules and alerts, named as Prometheus's, so that its dashboards and alerts work.
import type { Meter } from '#internal-telemetry/meter.ts';

export function ruleInstruments(meter: Meter) {
  return {
    evaluations: meter.counter(
      'prometheus_rule_evaluations_total',
      'Evaluations of rules, by group.',
    ),
    failures: meter.counter(
      'prometheus_rule_evaluation_failures_total',
      'Evaluations of rules that failed, by group.',
    ),
    iterations: meter.counter(
      'prometheus_rule_group_iterations_total',
      'Evaluations of groups that were due, done or missed, by group.',
    ),
    missed: meter.counter(
      'prometheus_rule_group_iterations_missed_total',
      'Evaluations of groups that were left out because an earlier one took too long, by group.',
    ),
    lastDuration: meter.gauge(
      'prometheus_rule_group_last_duration_seconds',
      'How long the last evaluation of a group took.',
    ),
  };
}

export type RuleInstruments = ReturnType<typeof ruleInstruments>;

export function notifyInstruments(meter: Meter) {
  return {
    sent: meter.counter('prometheus_notifications_sent_total', 'Alerts sent, by Alertmanager.'),
    errors: meter.counter(
      'prometheus_notifications_errors_total',
      'Alerts that could not be sent, by Alertmanager.',
    ),
    dropped: meter.counter(
      'prometheus_notifications_dropped_total',
      'Alerts dropped because the queue was full or no Alertmanager took them.',
    ),
  };
}

export type NotifyInstruments = ReturnType<typeof notifyInstruments>;
