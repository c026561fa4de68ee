// /prometheus/api/v1/rules and /prometheus/api/v1/alerts: what became of the rules of the ruler, as
// Prometheus shows its own. https://grafana.com/docs/loki/latest/reference/loki-http-api/#list-rules
import type { LogRules } from '#rule/log-rules.ts';
import type { RuleView } from '#rule/view.ts';
import type { Route } from '#server/route.ts';

/** `shown` are the endpoints of Prometheus that show rules. */
export const prometheusRuleRoutes = (
  logRules: LogRules,
  shown: readonly ((views: { rules?: RuleView }) => Route)[],
): Route[] =>
  shown.map((make) => {
    const { methods, path } = make({});
    return {
      methods,
      path: `/prometheus${path}`,
      // Each tenant has rules of its own.
      handle: (request) => make({ rules: logRules.view(request.tenant) }).handle(request),
    };
  });
