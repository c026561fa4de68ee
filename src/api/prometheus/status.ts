// GET /api/v1/status/{buildinfo,config,flags,runtimeinfo,tsdb,walreplay}.
// https://prometheus.io/docs/prometheus/latest/querying/api/#status
import type { Clock } from '#lib/clock.ts';
import { InputError } from '#lib/errors.ts';
import { msPerDay } from '#model/unit.ts';
import type { MetricCatalog } from '#query/promql/catalog.ts';
import { type Route, route } from '#server/route.ts';
import { success } from './encode.ts';
import { prometheusRoute } from './error-response.ts';
import { printTime } from './go-format.ts';
import type { PrometheusViews } from './views.ts';

/** What clients choose their dialect by: the Prometheus whose language and API this is. */
const prometheusVersion = '3.5.3';

export interface BuildFacts {
  /** Our own version. */
  readonly version: string;
  readonly nodeVersion: string;
}

/** What does not change while the program runs. */
export interface RuntimeFacts {
  readonly startTimeMs: number;
  readonly workingFolder: string;
  readonly hostname: string;
  readonly processors: number;
  readonly memoryBytesMax: number;
  /** As in `15d`. */
  readonly retention: string;
}

/** Without `features`: with it, Grafana takes the server for Mimir. */
export function buildinfo({ version, nodeVersion }: BuildFacts): Route {
  return route(['GET'], '/api/v1/status/buildinfo', () =>
    success({
      version: prometheusVersion,
      revision: `sightline-${version}`,
      branch: '',
      buildUser: '',
      buildDate: '',
      goVersion: `node ${nodeVersion}`,
    }),
  );
}

export function config(views: PrometheusViews): Route {
  return prometheusRoute(['GET'], '/api/v1/status/config', () =>
    success({ yaml: views.config?.yaml() ?? '' }),
  );
}

/** Settings by the names of Prometheus's flags. */
export function flags(byName: Readonly<Record<string, string>>): Route {
  return prometheusRoute(['GET'], '/api/v1/status/flags', () => success(byName));
}

export function runtimeinfo(facts: RuntimeFacts, views: PrometheusViews, clock: Clock): Route {
  return prometheusRoute(['GET'], '/api/v1/status/runtimeinfo', () => {
    const { isOk, timeMs } = views.config?.lastReload ?? { isOk: true, timeMs: facts.startTimeMs };
    return success({
      startTime: printTime(facts.startTimeMs),
      CWD: facts.workingFolder,
      hostname: facts.hostname,
      serverTime: printTime(clock.nowMs()),
      reloadConfigSuccess: isOk,
      lastConfigTime: printTime(timeMs),
      // What the runtime of another language has, and the damaged blocks that there are none of.
      corruptionCount: 0,
      goroutineCount: 0,
      GOMAXPROCS: facts.processors,
      GOMEMLIMIT: facts.memoryBytesMax,
      GOGC: '',
      GODEBUG: '',
      storageRetention: facts.retention,
    });
  });
}

const entriesDefault = 10;

/** Counts are those of the newest day with series; times are whole days. */
export function tsdb(catalog: MetricCatalog): Route {
  return prometheusRoute(['GET'], '/api/v1/status/tsdb', async ({ query, tenant, signal }) => {
    const text = query.get('limit') ?? '';
    if (text !== '' && !/^\+?0*[1-9]\d{0,8}$/.test(text)) {
      throw new InputError('prometheus_parameter', 'limit must be a positive number');
    }
    const limit = text === '' ? entriesDefault : Number(text);
    const found = await catalog.cardinality({ tenant, limit, signal });
    const isEmpty = found.seriesCount === 0;
    return success({
      headStats: {
        numSeries: found.seriesCount,
        numLabelPairs: found.labelPairCount,
        chunkCount: 0,
        minTime: isEmpty ? 0 : found.firstDay * msPerDay,
        maxTime: isEmpty ? 0 : (found.lastDay + 1) * msPerDay - 1,
      },
      seriesCountByMetricName: found.seriesByMetric,
      labelValueCountByLabelName: found.valuesByLabel,
      memoryInBytesByLabelName: found.bytesByLabel,
      seriesCountByLabelValuePair: found.seriesByPair,
    });
  });
}

/** What is acknowledged is committed: there is nothing to replay. */
export const walreplay: Route = prometheusRoute(['GET'], '/api/v1/status/walreplay', () =>
  success({ min: 0, max: 0, current: 0 }),
);
