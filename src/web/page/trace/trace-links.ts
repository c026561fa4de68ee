// Where one can go from a trace or a span: its logs, the metrics of its service, traces like it.

import type { TimeRange } from '../../frame/time-range.ts';
import { type Attribute, nanoToMs, type Span, type Trace } from '../../frame/trace.ts';
import type { TraceScene } from '../../panel/trace/layout.ts';
import type { SpanHrefs } from '../../panel/trace/SpanDetails.tsx';
import { logsOfTrace } from '../explore/logs/edit-query.ts';
import { emptyForm, printForm } from '../explore/traces/search-form.ts';
import { around, exploreHref, traceHref } from '../link.ts';

export function hrefsOfTrace(
  trace: Trace,
  scene: TraceScene,
  range: TimeRange,
): { readonly logs: string; readonly metrics: string } {
  const fromMs = nanoToMs(scene.startNano);
  return {
    logs: exploreHref({
      mode: 'logs',
      query: logsOfTrace({ traceId: trace.traceId }),
      range: around({ fromMs, toMs: fromMs + scene.durationMs }),
    }),
    metrics: exploreHref({
      mode: 'metrics',
      range,
      job: scene.rootSpan === undefined ? undefined : jobOf(scene.rootSpan),
    }),
  };
}

export function hrefsOfSpan(span: Span, range: TimeRange): SpanHrefs {
  const times = around({ fromMs: nanoToMs(span.startNano), toMs: nanoToMs(span.endNano) });
  const traces = (query: string): string => exploreHref({ mode: 'traces', query, range });
  return {
    logsOfSpan: exploreHref({ mode: 'logs', query: logsOfTrace(span), range: times }),
    metricsOfService: exploreHref({ mode: 'metrics', range, job: jobOf(span) }),
    tracesOfService: traces(
      printForm({ ...emptyForm, service: span.serviceName, name: span.name }),
    ),
    traceOf: (traceId, spanId) => traceHref({ traceId, spanId, range }),
    tracesWith: (scope, { key, value }) =>
      traces(`{ ${scope}.${quoteKey(key)} = ${print(value)} }`),
  };
}

/**
 * The Prometheus job of a resource: `service.namespace/service.name`.
 * Spec: https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#resource-attributes-1
 */
export function jobOf(span: Span): string {
  const namespace = span.resource.find(({ key }) => key === 'service.namespace')?.value;
  return typeof namespace === 'string' && namespace !== ''
    ? `${namespace}/${span.serviceName}`
    : span.serviceName;
}

/** TraceQL needs quotes around a name with other characters than these. */
const quoteKey = (key: string): string => (/^[\w.\-/]+$/.test(key) ? key : JSON.stringify(key));

const print = (value: Attribute['value']): string =>
  typeof value === 'string' ? JSON.stringify(value) : String(value);
