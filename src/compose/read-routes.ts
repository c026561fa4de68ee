// The three query engines on the store's reader, and the routes that ask them.
import { metricsRoutes } from '#api/admin/metrics.ts';
import { spansCompareRoute } from '#api/admin/spans-compare.ts';
import { traceAnalysisRoutes } from '#api/admin/traces.ts';
import { type JaegerSources, jaegerQueryServices, jaegerRoutes } from '#api/jaeger/index.ts';
import { lokiRoutes } from '#api/loki/index.ts';
import { settingsRoutes } from '#api/loki/settings.ts';
import { prometheusRoutes } from '#api/prometheus/index.ts';
import type { PrometheusViews } from '#api/prometheus/views.ts';
import { tempoRoutes, tempoStatusRoutes } from '#api/tempo/index.ts';
import { tempoGrpcServices } from '#api/tempo/streaming.ts';
import type { Config } from '#config/options.ts';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import type { IdentityCache } from '#model/identity.ts';
import { createGate, type Gate } from '#query/gate.ts';
import { createLogCatalog } from '#query/logql/catalog.ts';
import { createLogqlEngine, type LogqlEngine } from '#query/logql/engine.ts';
import { CacheMemory } from '#query/promql/cache/memory.ts';
import { cacheCatalog } from '#query/promql/cached-catalog.ts';
import { createMetricCatalog } from '#query/promql/catalog.ts';
import { createPromqlEngine, type PromqlEngine } from '#query/promql/engine.ts';
import { createTraceCatalog } from '#query/trace/catalog.ts';
import { createTraceqlEngine } from '#query/traceql/engine.ts';
import type { Store, StoreReader } from '#store/contract.ts';
import { derivedSpansOf } from './derived-spans.ts';
import { logqlLimits, lokiSettings } from './loki-facts.ts';
import { prometheusFlags, runtimeFacts } from './prometheus-facts.ts';
import type { QueryRoutes } from './queries.ts';
import { tempoStatus } from './tempo-facts.ts';
import { createTsdbAdmin } from './tsdb-admin.ts';

export interface ReadDeps {
  readonly store: Pick<Store, 'reader' | 'writer' | 'writes' | 'admin' | 'status'>;
  /** Of everything that writes into the store. */
  readonly identities: Pick<IdentityCache, 'version'>;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly version: string;
  readonly isReady: () => boolean;
  /** What the Prometheus API shows of scraping, configuration and rules. */
  readonly views: PrometheusViews;
  readonly subqueryStepMs?: SubqueryStep | undefined;
}

/** Of a prometheus.yml; the engine's default without one. */
type SubqueryStep = () => number;

export interface EngineDeps {
  readonly reader: StoreReader;
  readonly clock: Clock;
  readonly gate: Gate;
  readonly cache?: CacheMemory | undefined;
  readonly subqueryStepMs?: SubqueryStep | undefined;
}

/** As the HTTP API has it; rules ask one with a gate of their own. */
export function createPromql(config: Config, deps: EngineDeps): PromqlEngine {
  return createPromqlEngine({
    ...deps,
    isStrict: config['compat.strict'],
    pushDown: config['query.push_down'],
    lookbackMs: config['query.lookback'],
    limits: {
      samplesMax: config['query.max_samples'],
      seriesMax: config['query.max_series'],
      timeoutMs: config['query.timeout'],
    },
  });
}

/** As the HTTP API has it; tails and rules ask one with a gate of their own. */
export function createLogql(
  config: Config,
  { reader, gate }: Pick<EngineDeps, 'reader' | 'gate'>,
): LogqlEngine {
  return createLogqlEngine({
    reader,
    gate,
    isStrict: config['compat.strict'],
    pushDown: config['query.push_down'],
    limits: logqlLimits(config),
  });
}

export function createReadRoutes(config: Config, deps: ReadDeps): QueryRoutes {
  const { store, clock, isReady, views, subqueryStepMs } = deps;
  const { reader } = store;
  const isStrict = config['compat.strict'];
  const pushDown = config['query.push_down'];
  const timeoutMs = config['query.timeout'];
  const gate = createGate(config['query.max_concurrent']);
  const isOwn = store.status().engine === 'embedded';
  const cache = createCache(config, deps);
  const catalog = createMetricCatalog({ reader, isStrict, gate, timeoutMs });
  const logql = createLogql(config, { reader, gate });
  const traceql = createTraceqlEngine({
    reader,
    gate,
    clock,
    isStrict,
    pushDown,
    limits: {
      tracesMax: config['query.traceql.max_traces'],
      traceSpreadMs: config['query.traceql.trace_spread'],
      seriesMax: config['query.traceql.max_series'],
      timeoutMs,
    },
  });
  const tempo = [
    ...tempoRoutes({ engine: traceql, isReady, isStrict }),
    ...metricsRoutes(deps.meter),
  ];
  const jaeger: JaegerSources = {
    engine: traceql,
    catalog: createTraceCatalog({ reader, clock, gate, timeoutMs }),
    clock,
    isStrict,
    maxClockSkewMs: 0,
  };
  return {
    prometheus: prometheusRoutes({
      engine: createPromql(config, { reader, clock, gate, cache, subqueryStepMs }),
      // Others may write into an engine that is not ours.
      catalog: isOwn ? cacheCatalog(catalog, () => deps.identities.version) : catalog,
      clock,
      isReady,
      views,
      build: { version: deps.version, nodeVersion: process.versions.node },
      runtime: runtimeFacts(config, clock),
      flags: prometheusFlags(config),
      admin: config['prometheus.enable_admin_api'] ? createTsdbAdmin(store, isStrict) : undefined,
      hasLifecycle: config['prometheus.enable_lifecycle'],
      lookbackMs: config['query.lookback'],
    }),
    loki: [
      ...lokiRoutes({
        engine: logql,
        catalog: createLogCatalog({
          reader,
          isStrict,
          gate,
          limits: logqlLimits(config),
          patternLinesMax: config['query.max_pattern_lines'],
          meter: deps.meter,
        }),
        clock,
        isReady,
      }),
      ...settingsRoutes(lokiSettings(config), () => store.writer.flush()),
      ...metricsRoutes(deps.meter),
    ],
    own: [
      ...traceAnalysisRoutes(traceql),
      spansCompareRoute(traceql),
      derivedSpansOf(config, clock),
    ],
    tempo: [...tempo, ...tempoStatusRoutes(tempoStatus(config, deps), tempo)],
    tempoGrpc: tempoGrpcServices({ engine: traceql, isStrict }),
    jaeger: jaegerRoutes(jaeger),
    jaegerGrpc: jaegerQueryServices(jaeger),
  };
}

/** Others may write into an engine that is not ours: then nothing is remembered. */
function createCache(config: Config, { store, meter }: ReadDeps): CacheMemory | undefined {
  const bytesMax = config['query.cache_bytes'];
  const { writes } = store;
  return writes && bytesMax > 0 ? new CacheMemory({ bytesMax, writes, meter }) : undefined;
}
