// Every endpoint of Jaeger's query API. To add one: a file named by its path, and a line below.
// https://www.jaegertracing.io/docs/latest/architecture/apis/
import type { Clock } from '#lib/clock.ts';
import type { TraceqlEngine } from '#query/traceql/engine.ts';
import type { Route } from '#server/route.ts';
import type { StoreReader } from '#store/contract.ts';

export interface JaegerApi {
  readonly engine: TraceqlEngine;
  readonly reader: StoreReader;
  readonly clock: Clock;
}

export function jaegerRoutes(_api: JaegerApi): Route[] {
  return [];
}
