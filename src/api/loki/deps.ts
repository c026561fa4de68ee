import type { Clock } from '#lib/clock.ts';
import type { LogCatalog } from '#query/logql/catalog.ts';
import type { LogqlEngine } from '#query/logql/engine.ts';

export interface LokiApiDeps {
  readonly engine: LogqlEngine;
  readonly catalog: LogCatalog;
  readonly clock: Clock;
  readonly isReady: () => boolean;
}
