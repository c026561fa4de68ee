// GET /api/v1/targets, /api/v1/targets/metadata and /api/v1/scrape_pools: what is scraped.
// https://prometheus.io/docs/prometheus/latest/querying/api/#targets
import { parseAnySelector } from '#query/promql/catalog.ts';
import { compileMatcher } from '#query/promql/check/matcher.ts';
import { printDurationMs } from '#query/promql/syntax/number.ts';
import { labelOf } from '#query/vector/label.ts';
import type { Labels } from '#query/vector/value.ts';
import type { Route } from '#server/route.ts';
import { success } from './encode.ts';
import { prometheusRoute } from './error-response.ts';
import { printTime, roundSeconds } from './go-format.ts';
import { countParameter } from './parameters.ts';
import type { ActiveTarget, PrometheusViews, ScrapeView, TargetMetadata } from './views.ts';

export function targets(views: PrometheusViews): Route {
  return prometheusRoute(['GET'], '/api/v1/targets', ({ query }) => {
    const { scrape } = views;
    const state = (query.get('state') ?? '').toLowerCase();
    const isShown = (kind: string): boolean => state === '' || state === 'any' || state === kind;
    const pool = query.get('scrapePool') ?? '';
    const isOfPool = (target: { readonly scrapePool: string }): boolean =>
      pool === '' || target.scrapePool === pool;
    const active = isShown('active') ? byPool(scrape?.active() ?? []) : [];
    const dropped = isShown('dropped') ? byPool(scrape?.dropped() ?? []) : [];
    return success({
      activeTargets: active.filter(isOfPool).map(toJson),
      droppedTargets: dropped
        .filter(isOfPool)
        .map(({ discoveredLabels, scrapePool }) => ({ discoveredLabels, scrapePool })),
      droppedTargetCounts: isShown('dropped') ? droppedCounts(scrape) : null,
    });
  });
}

const byPool = <T extends { readonly scrapePool: string }>(items: readonly T[]): readonly T[] =>
  [...items].sort((a, b) =>
    a.scrapePool < b.scrapePool ? -1 : Number(a.scrapePool > b.scrapePool),
  );

const toJson = (target: ActiveTarget) => ({
  discoveredLabels: target.discoveredLabels,
  labels: target.labels,
  scrapePool: target.scrapePool,
  scrapeUrl: target.scrapeUrl,
  globalUrl: target.globalUrl,
  lastError: target.lastError,
  lastScrape: printTime(target.lastScrapeMs),
  lastScrapeDuration: roundSeconds(target.lastScrapeDurationSeconds),
  health: target.health,
  scrapeInterval: printDurationMs(target.scrapeIntervalMs),
  scrapeTimeout: printDurationMs(target.scrapeTimeoutMs),
});

function droppedCounts(scrape: ScrapeView | undefined): Record<string, number> {
  const counts = Object.fromEntries([...(scrape?.pools() ?? [])].sort().map((pool) => [pool, 0]));
  for (const { scrapePool } of scrape?.dropped() ?? []) {
    counts[scrapePool] = (counts[scrapePool] ?? 0) + 1;
  }
  return counts;
}

export function targetsMetadata(views: PrometheusViews): Route {
  const path = '/api/v1/targets/metadata';
  const of: Route['handle'] = ({ query }) => {
    const limit = countParameter(query, 'limit');
    const metric = query.get('metric') ?? '';
    const isMatch = targetMatcher(query.get('match_target') ?? '');
    const found = (views.scrape?.metadata() ?? []).filter(
      (entry) => (metric === '' || entry.metric === metric) && isMatch(entry.target),
    );
    return success(ofFirstTargets(found, limit).map((entry) => describe(entry, metric)));
  };
  return prometheusRoute(['GET'], path, of, 'match_target');
}

function targetMatcher(text: string): (labels: Labels) => boolean {
  if (text === '') return () => true;
  const matchers = parseAnySelector(text).map((matcher) => ({
    label: matcher.label,
    accepts: compileMatcher(matcher),
  }));
  return (labels) => matchers.every(({ label, accepts }) => accepts(labelOf(labels, label)));
}

/** Whole targets until there are as many entries as wanted: the limit is looked at between them. */
function ofFirstTargets(
  entries: readonly TargetMetadata[],
  limit: number | undefined,
): readonly TargetMetadata[] {
  if (limit === undefined) return entries;
  const kept: TargetMetadata[] = [];
  let last: Labels | undefined;
  for (const entry of entries) {
    if (entry.target !== last && kept.length >= limit) break;
    last = entry.target;
    kept.push(entry);
  }
  return kept;
}

/** Who asks for one metric knows its name. */
const describe = ({ target, metric, type, help, unit }: TargetMetadata, asked: string) => ({
  target,
  ...(asked === '' ? { metric } : {}),
  type,
  help,
  unit,
});

export function scrapePools(views: PrometheusViews): Route {
  return prometheusRoute(['GET'], '/api/v1/scrape_pools', () =>
    success({ scrapePools: [...(views.scrape?.pools() ?? [])].sort() }),
  );
}
