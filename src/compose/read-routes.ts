// The three query engines on the store's reader, and the routes that ask them.
import type { Config } from '#config/options.ts';
import type { Clock } from '#lib/clock.ts';
import type { StoreReader } from '#store/contract.ts';
import type { QueryRoutes } from './queries.ts';

export interface ReadDeps {
  readonly reader: StoreReader;
  readonly clock: Clock;
  readonly version: string;
}

export function createReadRoutes(_config: Config, _deps: ReadDeps): QueryRoutes {
  return { prometheus: [], loki: [], tempo: [] };
}
