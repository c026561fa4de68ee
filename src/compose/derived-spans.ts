// Config in, the endpoint that leads from metrics made of traces to spans out.
import { derivedSpansRoute } from '#api/admin/derived-spans.ts';
import type { Config } from '#config/options.ts';
import { ownServiceName } from '#internal-telemetry/otlp-json.ts';
import type { Clock } from '#lib/clock.ts';
import type { Route } from '#server/route.ts';
import { serviceGraphSettingsOf } from './service-graph.ts';
import { spanMetricsSettingsOf } from './trace-metrics.ts';

export function derivedSpansOf(config: Config, clock: Clock): Route {
  const spanMetrics = spanMetricsSettingsOf(config);
  const serviceGraph = serviceGraphSettingsOf(config);
  const ownService = config['internal_telemetry.enabled'] ? ownServiceName : undefined;
  return derivedSpansRoute({ dimensions: { spanMetrics, serviceGraph, ownService }, clock });
}
