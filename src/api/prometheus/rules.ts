// GET /api/v1/rules, /api/v1/alerts and /api/v1/alertmanagers.
// https://prometheus.io/docs/prometheus/latest/querying/api/#rules
import { createHash } from 'node:crypto';
import { parseSelector } from '#query/promql/catalog.ts';
import { compileMatcher } from '#query/promql/check/matcher.ts';
import { labelOf } from '#query/vector/label.ts';
import type { Labels } from '#query/vector/value.ts';
import type { AlertStatus, RuleGroupStatus, RuleStatus } from '#rule/view.ts';
import type { Route } from '#server/route.ts';
import { success } from './encode.ts';
import { prometheusRoute } from './error-response.ts';
import { printExponent, printTime, roundSeconds } from './go-format.ts';
import { flagParameter, parameterError } from './parameters.ts';
import type { PrometheusViews } from './views.ts';

export function rules(views: PrometheusViews): Route {
  return prometheusRoute(['GET'], '/api/v1/rules', ({ query }) => {
    const page = pageOf(query);
    const isWanted = ruleFilter(query);
    const cannot = 'error converting exclude_alerts';
    const hasAlerts = !flagParameter(query, 'exclude_alerts', cannot);
    const groups = (views.rules?.groups() ?? [])
      .filter(groupFilter(query))
      .map((group) => ({ ...group, rules: group.rules.filter(isWanted) }))
      .filter((group) => group.rules.length > 0);
    const from = startOf(page, groups, views.rules?.groups() ?? []);
    const shown = groups.slice(from, page.limit === undefined ? undefined : from + page.limit);
    const next = groups[from + shown.length];
    return success({
      groups: shown.map((group) => groupToJson(group, hasAlerts)),
      ...(next ? { groupNextToken: tokenOf(next) } : {}),
    });
  });
}

interface Page {
  readonly limit: number | undefined;
  readonly token: string;
}

function pageOf(query: URLSearchParams): Page {
  const text = query.get('group_limit') ?? '';
  const token = query.get('group_next_token') ?? '';
  if (text === '') {
    if (token === '') return { limit: undefined, token };
    const why = 'group_limit needs to be present in order to paginate over the groups';
    throw parameterError('group_next_token', why);
  }
  if (!/^[+-]?\d{1,15}$/.test(text)) {
    throw parameterError('group_limit', 'group_limit needs to be a valid number');
  }
  if (Number(text) <= 0) {
    throw parameterError('group_limit', 'group_limit needs to be greater than 0');
  }
  return { limit: Number(text), token };
}

/** Where the page begins: at the group of the token, or after it when nothing of it is shown. */
function startOf(
  { token }: Page,
  shown: readonly RuleGroupStatus[],
  all: readonly RuleGroupStatus[],
): number {
  if (token === '') return 0;
  const first = all.findIndex((group) => tokenOf(group) === token);
  if (first < 0) {
    const why = `invalid group_next_token '${token}'. were rule groups changed?`;
    throw parameterError('group_next_token', why);
  }
  const later = new Set(all.slice(first).map(tokenOf));
  const from = shown.findIndex((group) => later.has(tokenOf(group)));
  return from < 0 ? shown.length : from;
}

const tokenOf = ({ file, name }: RuleGroupStatus): string =>
  createHash('sha1').update(`${file};${name}`).digest('hex');

function groupFilter(query: URLSearchParams): (group: RuleGroupStatus) => boolean {
  const names = new Set(query.getAll('rule_group[]'));
  const files = new Set(query.getAll('file[]'));
  return ({ name, file }) =>
    (names.size === 0 || names.has(name)) && (files.size === 0 || files.has(file));
}

function ruleFilter(query: URLSearchParams): (rule: RuleStatus) => boolean {
  const type = (query.get('type') ?? '').toLowerCase();
  if (type !== '' && type !== 'alert' && type !== 'record') {
    throw parameterError('type', `not supported value "${type}"`);
  }
  const names = new Set(query.getAll('rule_name[]'));
  const selectors = query.getAll('match[]').map((text) =>
    parseSelector(text).map((matcher) => ({
      label: matcher.label,
      accepts: compileMatcher(matcher),
    })),
  );
  const isMatch = (labels: Labels): boolean =>
    selectors.length === 0 ||
    selectors.some((matchers) =>
      matchers.every(({ label, accepts }) => accepts(labelOf(labels, label))),
    );
  return (rule) =>
    (type === '' || rule.type === (type === 'alert' ? 'alerting' : 'recording')) &&
    (names.size === 0 || names.has(rule.name)) &&
    isMatch(rule.labels);
}

const groupToJson = (group: RuleGroupStatus, hasAlerts: boolean) => ({
  name: group.name,
  file: group.file,
  rules: group.rules.map((rule) => ruleToJson(rule, hasAlerts)),
  interval: group.intervalSeconds,
  limit: group.limit,
  evaluationTime: roundSeconds(group.evaluationSeconds),
  lastEvaluation: printTime(group.lastEvaluationMs),
});

function ruleToJson(rule: RuleStatus, hasAlerts: boolean): object {
  const { type, name, query, labels } = rule;
  const evaluation = {
    health: rule.health,
    ...(rule.lastError === '' ? {} : { lastError: rule.lastError }),
    evaluationTime: roundSeconds(rule.evaluationSeconds),
    lastEvaluation: printTime(rule.lastEvaluationMs),
    type,
  };
  if (type === 'recording') {
    const hasLabels = Object.keys(labels).length > 0;
    return { name, query, ...(hasLabels ? { labels } : {}), ...evaluation };
  }
  return {
    state: rule.state,
    name,
    query,
    duration: rule.durationSeconds,
    keepFiringFor: rule.keepFiringForSeconds,
    labels,
    annotations: rule.annotations,
    alerts: hasAlerts ? rule.alerts.map(alertToJson) : null,
    ...evaluation,
  };
}

export function alerts(views: PrometheusViews): Route {
  return prometheusRoute(['GET'], '/api/v1/alerts', () => {
    const all = (views.rules?.groups() ?? []).flatMap((group) => group.rules);
    const active = all.flatMap((rule) => (rule.type === 'alerting' ? rule.alerts : []));
    return success({ alerts: active.map(alertToJson) });
  });
}

const alertToJson = (alert: AlertStatus) => ({
  labels: alert.labels,
  annotations: alert.annotations,
  state: alert.state,
  activeAt: printTime(alert.activeAtMs),
  ...(alert.keepFiringSinceMs === undefined
    ? {}
    : { keepFiringSince: printTime(alert.keepFiringSinceMs) }),
  value: printExponent(alert.value),
});

export function alertmanagers(views: PrometheusViews): Route {
  return prometheusRoute(['GET'], '/api/v1/alertmanagers', () => {
    const { active, dropped } = views.rules?.alertmanagers() ?? { active: [], dropped: [] };
    const toJson = (url: string) => ({ url });
    return success({
      activeAlertmanagers: active.map(toJson),
      droppedAlertmanagers: dropped.map(toJson),
    });
  });
}
