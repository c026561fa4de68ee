// GET /api/metrics/{latencies,calls,errors,minstep}: the Monitor page of Jaeger's UI. Jaeger asks a
// Prometheus for span metrics; here the stored spans themselves are counted, so that the page is there
// without a connector and agrees with the traces behind it.
// https://www.jaegertracing.io/docs/latest/architecture/spm/

import type { ServiceMetricsRequest, ServiceSeries } from '#query/trace/call-metrics.ts';
import { kindOfName } from '#query/trace/span-words.ts';
import type { HttpRequest, Route } from '#server/route.ts';
import { answerJson } from './answer.ts';
import type { JaegerSources } from './api.ts';
import { jaegerRoute, refused, structured } from './error-response.ts';
import { inParam, readBoolean, readInteger } from './search-params.ts';

type Metric = ServiceMetricsRequest['metric'];

const defaults = { lookback: 3_600_000, step: 5_000, ratePer: 600_000 };
/** Times and durations whose sums the engine can hold in nanoseconds. */
const timeMaxMs = 4e12;
const durationMaxMs = 1e12;

export const serviceMetrics = (sources: JaegerSources): Route[] =>
  (['latencies', 'calls', 'errors'] as const).map((metric) =>
    jaegerRoute(['GET'], `/api/metrics/${metric}`, async (request) => {
      const asked = readRequest(metric, request, sources.clock.nowMs());
      const series = await sources.catalog.metrics(asked, request.signal);
      return answerJson(request, metricFamily(asked, series));
    }),
  );

/** The shortest step, in milliseconds. */
export const minStep: Route = jaegerRoute(['GET'], '/api/metrics/minstep', (request) =>
  answerJson(request, structured({ data: 1 })),
);

function readRequest(
  metric: Metric,
  { query, tenant }: HttpRequest,
  nowMs: number,
): ServiceMetricsRequest {
  const quantile = metric === 'latencies' ? readQuantile(query) : 0;
  const services = query.getAll('service');
  if (services.length === 0) {
    throw refused(inParam('service')('please provide at least one service name'));
  }
  return {
    tenant,
    metric,
    services,
    kinds: readKinds(query),
    byOperation: readBoolean(query, 'groupByOperation'),
    endMs: readMs(query, 'endTs', Math.trunc(nowMs), [-timeMaxMs, timeMaxMs]),
    lookbackMs: readMs(query, 'lookback', defaults.lookback, [0, durationMaxMs]),
    stepMs: readMs(query, 'step', defaults.step, [1, durationMaxMs]),
    windowMs: readMs(query, 'ratePer', defaults.ratePer, [1, durationMaxMs]),
    quantile,
  };
}

function readMs(
  query: URLSearchParams,
  name: string,
  fallback: number,
  [least, most]: readonly [number, number],
): number {
  const value = Number(readInteger(query, name) ?? fallback);
  if (value >= least && value <= most) return value;
  throw refused(`invalid parameter: '${name}' must be from ${least} to ${most} milliseconds`);
}

function readQuantile(query: URLSearchParams): number {
  const text = query.get('quantile') ?? '';
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) {
    throw refused(inParam('quantile')(`${JSON.stringify(text)} is no number from 0 to 1`));
  }
  return value;
}

function readKinds(query: URLSearchParams): number[] {
  const names = query.getAll('spanKind');
  return (names.length === 0 ? ['server'] : names).map((name) => {
    const kind = kindOfName(name);
    if (kind === undefined) throw refused(inParam('spanKind')(`unsupported span kind: '${name}'`));
    return kind;
  });
}

const words = {
  latencies: { name: 'latencies', help: 'quantile latency' },
  calls: { name: 'call_rate', help: 'calls/sec' },
  errors: {
    name: 'error_rate',
    help: 'error rate, computed as a fraction of errors/sec over calls/sec',
  },
} as const;

/** OpenMetrics' MetricFamily in the JSON of protobuf. */
function metricFamily(asked: ServiceMetricsRequest, series: readonly ServiceSeries[]): object {
  const { metric, byOperation, quantile } = asked;
  const { name, help } = words[metric];
  const what = metric === 'latencies' ? `${quantile.toFixed(2)}th ${help}` : help;
  return {
    name: `service_${byOperation ? 'operation_' : ''}${name}`,
    type: 'GAUGE',
    help: `${what}, grouped by service${byOperation ? ' & operation' : ''}`,
    metrics: series.map(({ service, operation, points }) => ({
      labels: [
        { name: 'service_name', value: service },
        ...(byOperation ? [{ name: 'operation', value: operation }] : []),
      ],
      metricPoints: points.map(({ timeMs, value }) => ({
        gaugeValue: { doubleValue: value },
        timestamp: new Date(timeMs).toISOString().replace('.000Z', 'Z'),
      })),
    })),
  };
}
