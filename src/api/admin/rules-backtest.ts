// POST /api/rules/backtest: when alerts would have been pending and firing over stored data.
// Body: { rules, from, to, interval? }; `rules` is the text of a rule file, or the name of a loaded
// alert, of a group, or `group/alert`. Times are RFC 3339 or seconds since 1970.
import { InputError } from '#lib/errors.ts';
import { formatProblem } from '#prometheus-config/place.ts';
import { parsePrometheusDuration } from '#prometheus-config/quantity.ts';
import { parseRuleFile } from '#prometheus-config/rule-file.ts';
import type { RuleGroupConfig } from '#prometheus-config/rules.ts';
import {
  type BacktestContext,
  type BacktestRequest,
  runBacktest,
} from '#rule/backtest/backtest.ts';
import type { Backtest } from '#rule/backtest/timeline.ts';
import { assertRuleFiles } from '#rule/check.ts';
import { jsonResponse, type Route, route } from '#server/route.ts';

export interface BacktestDeps {
  /** Of a tenant; asked at each request. */
  readonly context: (tenant: string) => BacktestContext;
  /** The rules that are loaded now. */
  readonly groups: () => readonly RuleGroupConfig[];
}

export function backtestRoutes({ context, groups }: BacktestDeps): Route[] {
  return [
    route(['POST'], '/api/rules/backtest', async (request) => {
      const asked = readRequest(await request.body(), groups());
      const { signal, tenant } = request;
      return jsonResponse(toJson(await runBacktest({ ...asked, signal }, context(tenant))));
    }),
  ];
}

const inputError = (what: string, hint?: string): InputError =>
  new InputError('backtest_request', what, hint === undefined ? {} : { hint });

function readRequest(body: Uint8Array, loaded: readonly RuleGroupConfig[]): BacktestRequest {
  const fields = parseBody(body);
  const { rules, interval } = fields;
  if (typeof rules !== 'string' || rules === '') {
    throw inputError("'rules' is missing", 'Give the text of a rule file, or a name.');
  }
  const intervalMs = interval === undefined ? undefined : readInterval(interval);
  return {
    ...chooseRules(rules, loaded),
    fromMs: readTime('from', fields.from),
    toMs: readTime('to', fields.to),
    ...(intervalMs === undefined ? {} : { intervalMs }),
  };
}

function parseBody(body: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(body));
  } catch (cause) {
    throw new InputError('backtest_request', 'the body is no JSON', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw inputError('the body is no JSON object');
  }
  return value as Record<string, unknown>;
}

function chooseRules(
  rules: string,
  loaded: readonly RuleGroupConfig[],
): Pick<BacktestRequest, 'groups' | 'alert'> {
  if (/^\s*groups\s*:/m.test(rules)) return { groups: parseRules(rules) };
  const byGroup = loaded.filter(({ name }) => name === rules);
  if (byGroup.length > 0) return { groups: byGroup };
  const slash = rules.lastIndexOf('/');
  const inGroup = loaded.filter(({ name }) => name === rules.slice(0, slash));
  if (slash > 0 && inGroup.length > 0) return { groups: inGroup, alert: rules.slice(slash + 1) };
  const isLoaded = loaded.some((group) => group.rules.some(({ name }) => name.text === rules));
  if (isLoaded) return { groups: loaded, alert: rules };
  throw new InputError('backtest_rules', `no loaded group or alert is named '${rules}'`, {
    hint: 'GET /api/v1/rules shows what is loaded; the text of a rule file begins with groups:.',
  });
}

function parseRules(text: string): readonly RuleGroupConfig[] {
  const { ruleFile, problems } = parseRuleFile(text, { file: 'rules' });
  if (!ruleFile) {
    const errors = problems.filter(({ severity }) => severity === 'error');
    throw new InputError('backtest_rules', errors.map(formatProblem).join('\n'));
  }
  assertRuleFiles([ruleFile]);
  return ruleFile.groups;
}

const timeMsMax = 8.64e15;

function readTime(key: string, value: unknown): number {
  const number = typeof value === 'number' ? value : Number(value || Number.NaN);
  const timeMs = Number.isFinite(number) ? number * 1000 : Date.parse(String(value ?? ''));
  // Farther times have no form in RFC 3339.
  if (Math.abs(timeMs) <= timeMsMax) return Math.round(timeMs);
  throw inputError(
    value === undefined ? `'${key}' is missing` : `'${key}' is no time`,
    'Write it like 2026-11-20T12:00:00Z, or as seconds since 1970.',
  );
}

function readInterval(value: unknown): number {
  const durationMs =
    typeof value === 'number' ? value * 1000 : parsePrometheusDuration(String(value));
  if (durationMs !== undefined && durationMs >= 1000) return durationMs;
  throw inputError("'interval' is no duration of 1s or more", 'Write it like 30s or 1m.');
}

const printTime = (timeMs: number): string => new Date(timeMs).toISOString();

function toJson({ fromMs, toMs, rules }: Backtest): object {
  return {
    from: printTime(fromMs),
    to: printTime(toMs),
    rules: rules.map(({ alerts, error, ...rule }) => ({
      ...rule,
      ...(error === '' ? {} : { error }),
      alerts: alerts.map(({ labels, annotations, spans }) => ({
        labels,
        annotations,
        spans: spans.map((span) => ({
          state: span.state,
          from: printTime(span.fromMs),
          ...(span.toMs === undefined ? {} : { to: printTime(span.toMs) }),
        })),
      })),
    })),
  };
}
