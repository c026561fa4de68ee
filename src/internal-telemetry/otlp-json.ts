// Own metrics, spans and log records in, OTLP JSON objects out (the shape of the protobuf messages):
// from there they take the same decoder and store as everybody's.
// Spec: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
import type { LogRecord } from '#lib/log.ts';
import type { MetricFamily, MetricPoint } from './meter.ts';
import type { FinishedSpan } from './tracer.ts';

export interface SelfResource {
  readonly version: string;
  readonly instanceId: string;
}

const scope = { name: 'sightline' };

/** The service.name of everything of our own. */
export const ownServiceName = 'sightline';

function resourceOf({ version, instanceId }: SelfResource) {
  return {
    attributes: attributesOf({
      'service.name': ownServiceName,
      'service.version': version,
      'service.instance.id': instanceId,
    }),
  };
}

function attributesOf(entries: Readonly<Record<string, string | number | boolean | undefined>>) {
  return Object.entries(entries)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key, value: anyValue(value as string | number | boolean) }));
}

function anyValue(value: string | number | boolean) {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

export interface MetricsTiming {
  readonly startUnixNano: bigint;
  readonly nowUnixNano: bigint;
}

/** An ExportMetricsServiceRequest; counters lose `_total`, which the Prometheus name adds again. */
export function toOtlpMetrics(
  families: readonly MetricFamily[],
  timing: MetricsTiming,
  self: SelfResource,
) {
  const times = {
    startTimeUnixNano: String(timing.startUnixNano),
    timeUnixNano: String(timing.nowUnixNano),
  };
  const number = (point: MetricPoint) => ({
    ...times,
    attributes: attributesOf(point.labels),
    asDouble: point.value,
  });
  const metrics = families
    .filter((family) => family.points.length > 0)
    .map(({ name, help, kind, points }) => {
      if (kind === 'gauge')
        return { name, description: help, gauge: { dataPoints: points.map(number) } };
      const temporality = { aggregationTemporality: 2 };
      if (kind === 'histogram') {
        const dataPoints = points.map((point) => histogramPoint(point, times));
        return { name, description: help, histogram: { ...temporality, dataPoints } };
      }
      return {
        name: name.replace(/_total$/, ''),
        description: help,
        sum: { ...temporality, isMonotonic: true, dataPoints: points.map(number) },
      };
    });
  return { resourceMetrics: [{ resource: resourceOf(self), scopeMetrics: [{ scope, metrics }] }] };
}

function histogramPoint(
  point: MetricPoint,
  times: { startTimeUnixNano: string; timeUnixNano: string },
) {
  const buckets = point.buckets ?? [];
  return {
    ...times,
    attributes: attributesOf(point.labels),
    count: String(point.value),
    sum: point.sum ?? 0,
    explicitBounds: buckets.slice(0, -1).map(({ le }) => le),
    bucketCounts: buckets.map(({ count }, i) => String(count - (buckets[i - 1]?.count ?? 0))),
  };
}

const kindNumber = { internal: 1, server: 2, client: 3 } as const;

/** An ExportTraceServiceRequest. */
export function toOtlpSpans(spans: readonly FinishedSpan[], self: SelfResource) {
  return {
    resourceSpans: [
      {
        resource: resourceOf(self),
        scopeSpans: [
          {
            scope,
            spans: spans.map((span) => ({
              traceId: span.traceId,
              spanId: span.spanId,
              ...(span.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId }),
              name: span.name,
              kind: kindNumber[span.kind],
              startTimeUnixNano: String(span.startUnixNano),
              endTimeUnixNano: String(span.endUnixNano),
              attributes: attributesOf(span.attributes),
              status: span.error === undefined ? {} : { code: 2, message: span.error },
            })),
          },
        ],
      },
    ],
  };
}

const severityNumber = { debug: 5, info: 9, warn: 13, error: 17 } as const;

/** An ExportLogsServiceRequest. */
export function toOtlpLogs(records: readonly LogRecord[], self: SelfResource) {
  const logRecords = records.map(({ timeMs, level, message, fields }) => ({
    timeUnixNano: `${Math.round(timeMs * 1000)}000`,
    severityNumber: severityNumber[level],
    severityText: level,
    body: { stringValue: message },
    attributes: attributesOf(fields),
  }));
  return { resourceLogs: [{ resource: resourceOf(self), scopeLogs: [{ scope, logRecords }] }] };
}
