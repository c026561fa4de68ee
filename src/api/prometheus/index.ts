// Every endpoint of Prometheus's HTTP API. To add one: a file named by its path, and a line below.
// https://prometheus.io/docs/prometheus/latest/querying/api/
import { type Clock, systemClock } from '#lib/clock.ts';
import type { MetricCatalog } from '#query/promql/catalog.ts';
import type { PromqlEngine } from '#query/promql/engine.ts';
import type { Route } from '#server/route.ts';
import { formatQuery } from './format-query.ts';
import { labels, labelValues, series } from './labels.ts';
import { metadata } from './metadata.ts';
import { query, queryRange } from './query.ts';
import { queryExemplars } from './query-exemplars.ts';
import { type BuildFacts, buildinfo, healthy, ready } from './status.ts';

export interface PrometheusApi {
  readonly engine: PromqlEngine;
  readonly catalog: MetricCatalog;
  /** What /-/ready answers. */
  readonly isReady: () => boolean;
  readonly build: BuildFacts;
  /** The time of instant queries that name none. */
  readonly clock?: Clock;
}

export function prometheusRoutes(api: PrometheusApi): Route[] {
  const { engine, catalog, isReady, build, clock = systemClock } = api;
  return [
    query(engine, clock),
    queryRange(engine),
    queryExemplars(catalog),
    labels(catalog),
    labelValues(catalog),
    series(catalog),
    metadata(catalog),
    formatQuery,
    buildinfo(build),
    healthy,
    ready(isReady),
  ];
}
