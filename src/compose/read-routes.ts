// The three query engines on the store's reader, and the routes that ask them.
import { lokiRoutes } from '#api/loki/index.ts';
import { prometheusRoutes } from '#api/prometheus/index.ts';
import { tempoRoutes } from '#api/tempo/index.ts';
import type { Config } from '#config/options.ts';
import type { Clock } from '#lib/clock.ts';
import { createGate } from '#query/gate.ts';
import { createLogCatalog } from '#query/logql/catalog.ts';
import { createLogqlEngine } from '#query/logql/engine.ts';
import { createMetricCatalog } from '#query/promql/catalog.ts';
import { createPromqlEngine } from '#query/promql/engine.ts';
import { createTraceqlEngine } from '#query/traceql/engine.ts';
import type { StoreReader } from '#store/contract.ts';
import type { QueryRoutes } from './queries.ts';

export interface ReadDeps {
  readonly reader: StoreReader;
  readonly clock: Clock;
  readonly version: string;
  readonly isReady: () => boolean;
}

export function createReadRoutes(config: Config, deps: ReadDeps): QueryRoutes {
  const { reader, clock, isReady } = deps;
  const isStrict = config['compat.strict'];
  const pushDown = config['query.push_down'];
  const seriesMax = config['query.max_series'];
  const timeoutMs = config['query.timeout'];
  const gate = createGate(config['query.max_concurrent']);
  const promql = createPromqlEngine({
    reader,
    gate,
    clock,
    isStrict,
    pushDown,
    lookbackMs: config['query.lookback'],
    limits: {
      samplesMax: config['query.max_samples'],
      seriesMax,
      timeoutMs,
    },
  });
  const logql = createLogqlEngine({
    reader,
    gate,
    isStrict,
    pushDown,
    limits: {
      entriesMax: config['query.max_entries'],
      linesScannedMax: config['query.max_lines_scanned'],
      samplesMax: config['query.max_samples'],
      seriesMax,
      timeoutMs,
    },
  });
  const traceql = createTraceqlEngine({
    reader,
    gate,
    clock,
    isStrict,
    pushDown,
    limits: { tracesMax: config['query.traceql.max_traces'] },
  });
  return {
    prometheus: prometheusRoutes({
      engine: promql,
      catalog: createMetricCatalog({ reader, isStrict }),
      clock,
      isReady,
      build: { version: deps.version, nodeVersion: process.versions.node },
    }),
    loki: lokiRoutes({
      engine: logql,
      catalog: createLogCatalog({ reader, isStrict }),
      clock,
      isReady,
    }),
    tempo: tempoRoutes({ engine: traceql, isReady }),
  };
}
