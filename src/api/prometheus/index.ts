// The HTTP API of Prometheus: one file per endpoint or family of endpoints, listed here.
import { type Clock, systemClock } from '#lib/clock.ts';
import type { MetricCatalog } from '#query/promql/catalog.ts';
import type { PromqlEngine } from '#query/promql/engine.ts';
import type { Route } from '#server/route.ts';
import { cleanTombstones, deleteSeries, snapshot } from './admin-tsdb.ts';
import { federate } from './federate.ts';
import { formatQuery } from './format-query.ts';
import { labels, labelValues, series } from './labels.ts';
import { healthy, quit, ready, reload } from './lifecycle.ts';
import { metadata } from './metadata.ts';
import { parseQuery } from './parse-query.ts';
import { query, queryRange } from './query.ts';
import { queryExemplars } from './query-exemplars.ts';
import { remoteRead } from './remote-read.ts';
import { alertmanagers, alerts, rules } from './rules.ts';
import {
  type BuildFacts,
  buildinfo,
  config,
  flags,
  type RuntimeFacts,
  runtimeinfo,
  tsdb,
  walreplay,
} from './status.ts';
import { scrapePools, targets, targetsMetadata } from './targets.ts';
import type { PrometheusViews, TsdbAdmin } from './views.ts';

export interface PrometheusApi {
  readonly engine: PromqlEngine;
  readonly catalog: MetricCatalog;
  /** What /-/ready answers. */
  readonly isReady: () => boolean;
  readonly build: BuildFacts;
  /** Default: facts of nothing. */
  readonly runtime?: RuntimeFacts;
  /** Settings by the names of Prometheus's flags; default: none. */
  readonly flags?: Readonly<Record<string, string>>;
  /** Default: nothing is scraped, configured or ruled. */
  readonly views?: PrometheusViews;
  /** Only with prometheus.enable_admin_api. */
  readonly admin?: TsdbAdmin | undefined;
  /** prometheus.enable_lifecycle; default true. */
  readonly hasLifecycle?: boolean;
  /** `query.lookback`; default 5 min. */
  readonly lookbackMs?: number;
  /** The time of instant queries that name none. */
  readonly clock?: Clock;
}

export function prometheusRoutes(api: PrometheusApi): Route[] {
  const { engine, catalog, isReady, build, admin, views = {}, clock = systemClock } = api;
  const { runtime = unknownRuntime, lookbackMs = 300_000 } = api;
  return [
    query(engine, clock),
    queryRange(engine),
    queryExemplars(catalog),
    remoteRead(engine),
    formatQuery,
    parseQuery,
    labels(catalog),
    labelValues(catalog),
    series(catalog),
    metadata(catalog),
    ...viewRoutes(views),
    buildinfo(build),
    flags(api.flags ?? {}),
    runtimeinfo(runtime, views, clock),
    tsdb(catalog),
    walreplay,
    deleteSeries(admin),
    snapshot(admin, clock),
    cleanTombstones(admin),
    federate({ engine, views, clock, lookbackMs }),
    healthy,
    ready(isReady),
    reload(views, api.hasLifecycle ?? true),
    quit,
  ];
}

const viewRoutesOf = (views: PrometheusViews): Route[] => [
  targets(views),
  targetsMetadata(views),
  scrapePools(views),
  rules(views),
  alerts(views),
  alertmanagers(views),
  config(views),
];

/** What is scraped and ruled belongs to the tenant without a name: the others have nothing. */
function viewRoutes(views: PrometheusViews): Route[] {
  const empty = viewRoutesOf({});
  return viewRoutesOf(views).map((own, i) => ({
    ...own,
    handle: (request) => (request.tenant === '' ? own : (empty[i] as Route)).handle(request),
  }));
}

const unknownRuntime: RuntimeFacts = {
  startTimeMs: 0,
  workingFolder: '',
  hostname: '',
  processors: 0,
  memoryBytesMax: 0,
  retention: '',
};
