// Every endpoint of Jaeger's query API. To add one: a file named by its path, and a line below.
// https://www.jaegertracing.io/docs/latest/architecture/apis/
import type { Route } from '#server/route.ts';
import type { JaegerSources } from './api.ts';
import { archive } from './archive.ts';
import { deepDependencies } from './deep-dependencies.ts';
import { dependencies } from './dependencies.ts';
import { minStep, serviceMetrics } from './metrics.ts';
import { operations, serviceOperations, services } from './operations.ts';
import { qualityMetrics } from './quality-metrics.ts';
import { trace, traces } from './traces.ts';
import { transform } from './transform.ts';
import { v3Routes } from './v3/routes.ts';

export type { JaegerSources } from './api.ts';
export { jaegerQueryServices } from './grpc/query-methods.ts';

export function jaegerRoutes(sources: JaegerSources): Route[] {
  return [
    services(sources),
    serviceOperations(sources),
    operations(sources),
    traces(sources),
    trace(sources),
    archive(sources),
    dependencies(sources),
    deepDependencies(sources),
    qualityMetrics(sources),
    transform,
    ...serviceMetrics(sources),
    minStep,
    ...v3Routes(sources),
  ];
}
