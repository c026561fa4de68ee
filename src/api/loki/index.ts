// The Loki API. To add an endpoint: a file, and a line here.
import type { Route } from '#server/route.ts';
import type { LokiApiDeps } from './deps.ts';
import { detectedFields, detectedFieldValues } from './detected-fields.ts';
import { detectedLabels } from './detected-labels.ts';
import { formatQuery } from './format-query.ts';
import { indexStats } from './index-stats.ts';
import { indexVolume, indexVolumeRange } from './index-volume.ts';
import { labels, labelValues, namelessLabel } from './labels.ts';
import { patterns } from './patterns.ts';
import { promQuery } from './prom-query.ts';
import { query, queryRange } from './query.ts';
import { series } from './series.ts';
import { buildinfo, ready } from './status.ts';

export type { LokiApiDeps } from './deps.ts';

export const lokiRoutes = (deps: LokiApiDeps): Route[] => [
  query(deps),
  queryRange(deps),
  formatQuery(deps),
  ...labels(deps),
  ...labelValues(deps),
  namelessLabel(),
  ...series(deps),
  indexStats(deps),
  indexVolume(deps),
  indexVolumeRange(deps),
  detectedLabels(deps),
  detectedFields(deps),
  detectedFieldValues(deps),
  patterns(deps),
  promQuery(deps),
  ready(deps),
  buildinfo(),
];
