// Every endpoint of Tempo's HTTP API. To add one: a file named by its path, and a line below.
// https://grafana.com/docs/tempo/latest/api_docs/
import type { TraceqlEngine } from '#query/traceql/engine.ts';
import type { Route } from '#server/route.ts';
import { metricsQuery } from './metrics-query.ts';
import { metricsQueryRange } from './metrics-query-range.ts';
import { metricsSummary } from './metrics-summary.ts';
import { overridesRoutes } from './overrides.ts';
import { search } from './search.ts';
import { searchTagValues, searchTagValuesV2 } from './search-tag-values.ts';
import { searchTags, searchTagsV2 } from './search-tags.ts';
import { buildinfo, echo, ready } from './status.ts';
import { type StatusFacts, statusPages } from './status-pages.ts';
import { traceById, traceByIdV2 } from './trace-by-id.ts';
import { usageMetrics } from './usage-metrics.ts';

export interface TempoApi {
  readonly engine: TraceqlEngine;
  /** Refuse what Tempo refuses. */
  readonly isStrict?: boolean;
  /** What /ready answers. */
  readonly isReady: () => boolean;
}

export function tempoRoutes({ engine, isReady, isStrict = false }: TempoApi): Route[] {
  const deps = { engine, isStrict };
  return [
    search(deps),
    searchTags(deps),
    searchTagsV2(deps),
    searchTagValues(deps),
    searchTagValuesV2(deps),
    traceById(deps),
    traceByIdV2(deps),
    metricsQuery(engine),
    metricsQueryRange(engine),
    metricsSummary(deps),
    echo,
    ready(isReady),
  ];
}

/** What operators look at; `routes` are those of the API, which /status/endpoints lists. */
export function tempoStatusRoutes(facts: StatusFacts, routes: readonly Route[]): Route[] {
  const { build, meter, settings } = facts;
  const own = [buildinfo(build), usageMetrics(meter), ...overridesRoutes(settings)];
  return [...own, ...statusPages(facts, [...routes, ...own])];
}
