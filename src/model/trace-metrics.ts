// The names of metrics made of traces, and of their labels: Tempo's. Connectors write them, queries
// lead from them back to the spans.
// https://grafana.com/docs/tempo/latest/metrics-from-traces/

export const spanMetric = {
  calls: 'traces_spanmetrics_calls_total',
  latency: 'traces_spanmetrics_latency',
  size: 'traces_spanmetrics_size_total',
  targetInfo: 'traces_target_info',
} as const;

/** In the order of OTLP's numbers. */
export const spanKindLabels = [
  'SPAN_KIND_UNSPECIFIED',
  'SPAN_KIND_INTERNAL',
  'SPAN_KIND_SERVER',
  'SPAN_KIND_CLIENT',
  'SPAN_KIND_PRODUCER',
  'SPAN_KIND_CONSUMER',
] as const;

/** In the order of OTLP's numbers. */
export const statusCodeLabels = [
  'STATUS_CODE_UNSET',
  'STATUS_CODE_OK',
  'STATUS_CODE_ERROR',
] as const;

/** The labels of spans that are no attributes. */
const intrinsicLabels = [
  'service',
  'span_name',
  'span_kind',
  'status_code',
  'status_message',
  'job',
  'instance',
] as const;

export const intrinsicDimensions = [
  'service',
  'span_name',
  'span_kind',
  'status_code',
  'status_message',
] as const;

export type IntrinsicDimension = (typeof intrinsicDimensions)[number];

/** A label of several attributes: the values of those that are there, joined. */
export interface DimensionMapping {
  readonly name: string;
  readonly sources: readonly string[];
  readonly join: string;
}

/** What labels of span metrics are made of. */
export interface TraceDimensions {
  readonly intrinsics: readonly IntrinsicDimension[];
  /** Attributes, of the resource or else of the span. */
  readonly dimensions: readonly string[];
  readonly dimensionMappings: readonly DimensionMapping[];
}

/** Longer values of labels are cut: Tempo's limit. */
export const labelValueLengthMax = 2048;

/** Never between the halves of one character. */
export function cutValue(value: string): string {
  if (value.length <= labelValueLengthMax) return value;
  return value.slice(0, labelValueLengthMax).replace(/[\uD800-\uDBFF]$/, '');
}

/** Which of several processes that write into one store has counted. */
export const instanceLabel = '__metrics_gen_instance';

/** The one label of the series of everything for which there was no room. */
export const overflowLabel = 'metric_overflow';

/** Labels that no attribute may become: senders choose names of attributes. */
const takenLabels: ReadonlySet<string> = new Set([
  ...intrinsicLabels,
  ...['__name__', 'le', instanceLabel, overflowLabel],
]);

/** The label of an attribute. */
export function dimensionLabel(attribute: string): string {
  const label = attribute.replace(/[^a-zA-Z0-9_]/g, '_');
  return takenLabels.has(label) ? `__${label}` : label;
}

export interface TraceMetricFacts {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly unit: string;
  readonly help: string;
}

/** Of the whole metric: a histogram's without `_bucket` and the like. */
export const traceMetricFacts: Readonly<Record<string, TraceMetricFacts>> = {
  [spanMetric.calls]: { type: 'counter', unit: '', help: 'Spans, whether kept or sampled out.' },
  [spanMetric.latency]: {
    type: 'histogram',
    unit: 'seconds',
    help: 'Durations of spans, whether kept or sampled out.',
  },
  [spanMetric.size]: {
    type: 'counter',
    unit: 'bytes',
    help: 'Bytes of spans as OTLP protobuf, whether kept or sampled out.',
  },
  [spanMetric.targetInfo]: {
    type: 'gauge',
    unit: '',
    help: 'Resources that spans came from.',
  },
  traces_service_graph_request_total: {
    type: 'counter',
    unit: '',
    help: 'Requests between two services.',
  },
  traces_service_graph_request_failed_total: {
    type: 'counter',
    unit: '',
    help: 'Requests between two services that failed.',
  },
  traces_service_graph_request_server_seconds: {
    type: 'histogram',
    unit: 'seconds',
    help: 'Durations of requests between two services, as the server saw them.',
  },
  traces_service_graph_request_client_seconds: {
    type: 'histogram',
    unit: 'seconds',
    help: 'Durations of requests between two services, as the client saw them.',
  },
  traces_service_graph_request_messaging_system_seconds: {
    type: 'histogram',
    unit: 'seconds',
    help: 'Time between the end of producing a message and the start of consuming it.',
  },
  traces_service_graph_unpaired_spans_total: {
    type: 'counter',
    unit: '',
    help: 'Spans whose other side did not come.',
  },
  traces_service_graph_dropped_spans_total: {
    type: 'counter',
    unit: '',
    help: 'Spans for whose edge there was no room.',
  },
};
