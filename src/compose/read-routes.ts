// The three query engines on the store's reader, and the routes that ask them.
import { tempoRoutes } from '#api/tempo/index.ts';
import type { Config } from '#config/options.ts';
import type { Clock } from '#lib/clock.ts';
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
  const shared = {
    reader,
    clock,
    isStrict: config['compat.strict'],
    pushDown: config['query.push_down'],
  };
  const traceql = createTraceqlEngine(shared);
  return { prometheus: [], loki: [], tempo: tempoRoutes({ engine: traceql, isReady }) };
}
