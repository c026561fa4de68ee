// The Loki API. To add an endpoint: a file, and a line here.
import type { Route } from '#server/route.ts';
import type { LokiApiDeps } from './deps.ts';
import { indexStats } from './index-stats.ts';
import { labels, labelValues } from './labels.ts';
import { query, queryRange } from './query.ts';
import { series } from './series.ts';
import { buildinfo, ready } from './status.ts';

export type { LokiApiDeps } from './deps.ts';

export const lokiRoutes = (deps: LokiApiDeps): Route[] => [
  query(deps),
  queryRange(deps),
  ...labels(deps),
  labelValues(deps),
  series(deps),
  indexStats(deps),
  ready(deps),
  buildinfo(),
];
