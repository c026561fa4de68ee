// A group as the API shows it.

import type { PlacedTexts } from '#prometheus-config/rules.ts';
import { compareLabels } from '#query/vector/label.ts';
import { sortedLabels } from '#query/vector/value.ts';
import type { Alert } from './alert.ts';
import { AlertingRule } from './alerting-rule.ts';
import type { GroupRule, RuleGroup } from './group.ts';
import { promqlRules, type RuleLanguage } from './language.ts';
import type { AlertStatus, RuleGroupStatus, RuleStatus } from './view.ts';

export const groupStatus = (
  group: RuleGroup,
  language: RuleLanguage = promqlRules,
): RuleGroupStatus => ({
  name: group.config.name,
  file: group.config.file,
  rules: group.rules.map((each) => ruleStatus(each, language)),
  intervalSeconds: group.settings.intervalMs / 1000,
  limit: group.config.limit,
  evaluationSeconds: group.evaluationSeconds,
  lastEvaluationMs: group.lastEvaluationMs,
});

function ruleStatus(each: GroupRule, language: RuleLanguage): RuleStatus {
  const { rule, health, lastError, evaluationSeconds, lastEvaluationMs } = each;
  const common = {
    name: rule.name,
    query: language.print(rule.config.expr.text),
    labels: textsOf(rule.config.labels),
    health,
    lastError,
    evaluationSeconds,
    lastEvaluationMs,
  };
  if (!(rule instanceof AlertingRule)) return { type: 'recording', ...common };
  const { forMs, keepFiringForMs, annotations } = rule.config;
  return {
    type: 'alerting',
    ...common,
    state: rule.state,
    durationSeconds: forMs / 1000,
    keepFiringForSeconds: keepFiringForMs / 1000,
    annotations: textsOf(annotations),
    alerts: rule
      .active()
      .sort((a, b) => compareLabels(a.labels, b.labels))
      .map(alertStatus),
  };
}

const alertStatus = (alert: Alert): AlertStatus => ({
  labels: alert.labels,
  annotations: alert.annotations,
  state: alert.state === 'firing' ? 'firing' : 'pending',
  activeAtMs: alert.activeAtMs,
  ...(alert.keepFiringSinceMs === undefined ? {} : { keepFiringSinceMs: alert.keepFiringSinceMs }),
  value: alert.value,
});

const textsOf = (texts: PlacedTexts) =>
  sortedLabels([...texts].map(([name, { text }]) => [name, text] as const));
