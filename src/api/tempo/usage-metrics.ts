// GET /usage_metrics: who sends how many bytes of spans, in the Prometheus text format.
import type { Meter } from '#internal-telemetry/meter.ts';
import { formatPrometheusText, prometheusTextType } from '#internal-telemetry/prometheus-text.ts';
import type { Route } from '#server/route.ts';
import { tempoRoute } from './error-response.ts';

const isUsage = /^tempo_usage_tracker_/;

export const usageMetrics = (meter: Meter): Route =>
  tempoRoute(['GET'], '/usage_metrics', () => ({
    status: 200,
    headers: { 'content-type': prometheusTextType },
    body: formatPrometheusText(meter.collect().filter(({ name }) => isUsage.test(name))),
  }));
