// /prometheus/api/v1/rules and /prometheus/api/v1/alerts: what became of the rules of the ruler, as
// Prometheus shows its own. https://grafana.com/docs/loki/latest/reference/loki-http-api/#list-rules
import type { LogRules } from '#rule/log-rules.ts';
import type { Route } from '#server/route.ts';
import { alerts, rules } from '../prometheus/rules.ts';

export const prometheusRuleRoutes = (logRules: LogRules): Route[] =>
  [rules, alerts].map((make) => {
    const { methods, path } = make({});
    return {
      methods,
      path: `/prometheus${path}`,
      // Each tenant has rules of its own.
      handle: (request) => make({ rules: logRules.view(request.tenant) }).handle(request),
    };
  });
