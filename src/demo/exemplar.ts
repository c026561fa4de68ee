// Exemplars for the official SDK, which does not collect any yet
// (https://github.com/open-telemetry/opentelemetry-js/pull/6483): a MeterProvider around the SDK's
// own remembers, per histogram, attribute set and bucket, the latest measurement made inside a sampled span,
// and a metric exporter adds these to the request that the SDK's serialiser made.
import {
  type Attributes,
  type Context,
  context,
  type Histogram,
  type Meter,
  type MeterProvider,
  type MetricOptions,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { JsonMetricsSerializer } from '@opentelemetry/otlp-transformer';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Clock } from '#lib/clock.ts';
import type { StartMessage } from './message.ts';

/** An exemplar as OTLP's JSON spells it. */
export interface Exemplar {
  readonly timeUnixNano: string;
  readonly asDouble: number;
  readonly traceId: string;
  readonly spanId: string;
}

/** The SDK's default bounds; a view with other bounds only makes exemplars coarser or finer. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

export class ExemplarReservoir {
  readonly #clock: Clock;
  #kept = new Map<string, Map<number, Exemplar>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Keeps the measurement if it was made inside a sampled span. */
  offer(name: string, value: number, attributes: Attributes, within: Context): void {
    const span = trace.getSpanContext(within);
    if (!span || (span.traceFlags & TraceFlags.SAMPLED) === 0) return;
    const key = keyOf(name, attributes);
    const buckets = this.#kept.get(key) ?? new Map<number, Exemplar>();
    this.#kept.set(key, buckets);
    const bucket = bounds.findIndex((bound) => value <= bound);
    buckets.set(bucket, {
      timeUnixNano: String(this.#clock.nowNano()),
      asDouble: value,
      traceId: span.traceId,
      spanId: span.spanId,
    });
  }

  /** The exemplars of one data point. */
  of(name: string, attributes: Attributes): Exemplar[] {
    return [...(this.#kept.get(keyOf(name, attributes))?.values() ?? [])];
  }

  /** Forgets all: an exemplar is exported once. */
  clear(): void {
    this.#kept = new Map();
  }
}

const keyOf = (name: string, attributes: Attributes): string =>
  JSON.stringify([name, Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))]);

/** The same provider, whose histograms offer what they record to `reservoir`. */
export function withExemplars(
  provider: MeterProvider,
  reservoir: ExemplarReservoir,
): MeterProvider {
  const watchHistogram = (name: string, histogram: Histogram): Histogram => ({
    record: (value, attributes = {}, within = context.active()) => {
      histogram.record(value, attributes, within);
      reservoir.offer(name, value, attributes, within);
    },
  });
  const watchMeter = (meter: Meter): Meter =>
    new Proxy(meter, {
      get: (target, key) =>
        key === 'createHistogram'
          ? (name: string, options?: MetricOptions) =>
              watchHistogram(name, target.createHistogram(name, options))
          : bind(target, key as keyof Meter),
    });
  return { getMeter: (...args) => watchMeter(provider.getMeter(...args)) };
}

const bind = (meter: Meter, key: keyof Meter): unknown =>
  typeof meter[key] === 'function' ? meter[key].bind(meter) : meter[key];

interface OtlpMetric {
  histogram?: { dataPoints: { exemplars?: Exemplar[] }[] };
}

/** OTLP/HTTP in JSON: the SDK's request with the reservoir's exemplars in its histograms. */
export function createExemplarExporter(
  { otlpUrl, otlpHeaders }: Pick<StartMessage, 'otlpUrl' | 'otlpHeaders'>,
  reservoir: ExemplarReservoir,
): PushMetricExporter {
  const send = async (metrics: ResourceMetrics): Promise<void> => {
    const response = await fetch(`${otlpUrl}/v1/metrics`, {
      method: 'POST',
      headers: { ...otlpHeaders, 'content-type': 'application/json' },
      body: JSON.stringify(requestWithExemplars(metrics, reservoir)),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${otlpUrl} answered ${response.status}`);
  };
  return {
    export: (metrics, done) => {
      send(metrics).then(
        () => done({ code: 0 }),
        (error: unknown) => done({ code: 1, error: error as Error }),
      );
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
}

export function requestWithExemplars(
  metrics: ResourceMetrics,
  reservoir: ExemplarReservoir,
): object {
  const bytes = JsonMetricsSerializer.serializeRequest(metrics) as Uint8Array;
  const request = JSON.parse(new TextDecoder().decode(bytes)) as {
    resourceMetrics: { scopeMetrics: { metrics: OtlpMetric[] }[] }[];
  };
  // The serialiser keeps the order of scopes, metrics and data points.
  metrics.scopeMetrics.forEach((scope, i) => {
    scope.metrics.forEach((metric, j) => {
      const encoded = request.resourceMetrics[0]?.scopeMetrics[i]?.metrics[j];
      metric.dataPoints.forEach((point, k) => {
        const target = encoded?.histogram?.dataPoints[k];
        const exemplars = reservoir.of(metric.descriptor.name, point.attributes);
        if (target && exemplars.length > 0) target.exemplars = exemplars;
      });
    });
  });
  reservoir.clear();
  return request;
}
