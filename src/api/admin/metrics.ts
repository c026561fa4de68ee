// GET /metrics: our own metrics in the Prometheus text format.
import type { Meter } from '#internal-telemetry/meter.ts';
import { formatPrometheusText, prometheusTextType } from '#internal-telemetry/prometheus-text.ts';
import { type Route, route } from '#server/route.ts';

export function metricsRoutes(meter: Meter): Route[] {
  return [
    route(['GET'], '/metrics', () => ({
      status: 200,
      headers: { 'content-type': prometheusTextType },
      body: formatPrometheusText(meter.collect()),
    })),
  ];
}
