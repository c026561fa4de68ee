// The messages of OTLP as data: what OTLP JSON is converted by, and what names the field in an error.
// The decoders of protobuf do not go by it: their field numbers stand where they are read.
// Spec: https://github.com/open-telemetry/opentelemetry-proto/tree/main/opentelemetry/proto
import type { Signal } from '#model/batch.ts';

export type ScalarType =
  | 'string'
  | 'bytes'
  /** Bytes that OTLP JSON writes in hex. */
  | 'id'
  | 'bool'
  | 'double'
  | 'int64'
  | 'uint64'
  | 'uint32'
  | 'sint32'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed64';

export interface EnumType {
  readonly kind: 'enum';
  /** Names by number. */
  readonly names: readonly string[];
}

export interface MessageType {
  readonly kind: 'message';
  readonly name: string;
  /** By the names of the specification, as OTLP JSON spells them and as protobuf does. */
  readonly byName: ReadonlyMap<string, Field>;
  readonly byNumber: ReadonlyMap<number, Field>;
}

export interface Field {
  readonly name: string;
  readonly number: number;
  readonly type: ScalarType | EnumType | MessageType;
  readonly isRepeated: boolean;
  /** Of a oneof, or optional: a default value is written too. */
  readonly isExplicit: boolean;
}

type FieldType = ScalarType | EnumType | MessageType;

/** `[number, type]`, or with 'repeated' or 'explicit' after it. */
type FieldSpec = readonly [number, FieldType, ('repeated' | 'explicit')?];

const enumType = (names: readonly string[]): EnumType => ({ kind: 'enum', names });

function message(name: string, specs: Readonly<Record<string, FieldSpec>>): MessageType {
  return fill({ kind: 'message', name, byName: new Map(), byNumber: new Map() }, specs);
}

interface OpenMessage extends MessageType {
  readonly byName: Map<string, Field>;
  readonly byNumber: Map<number, Field>;
}

function fill(open: OpenMessage, specs: Readonly<Record<string, FieldSpec>>): MessageType {
  for (const [name, [number, type, mark]] of Object.entries(specs)) {
    const field: Field = {
      name,
      number,
      type,
      isRepeated: mark === 'repeated',
      isExplicit: mark === 'explicit',
    };
    open.byName.set(name, field);
    open.byName.set(toCamelCase(name), field);
    open.byNumber.set(number, field);
  }
  return open;
}

const toCamelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());

const repeated = 'repeated';
const explicit = 'explicit';

const anyValue: OpenMessage = {
  kind: 'message',
  name: 'AnyValue',
  byName: new Map(),
  byNumber: new Map(),
};
const keyValue = message('KeyValue', { key: [1, 'string'], value: [2, anyValue] });
const arrayValue = message('ArrayValue', { values: [1, anyValue, repeated] });
const keyValueList = message('KeyValueList', { values: [1, keyValue, repeated] });
fill(anyValue, {
  string_value: [1, 'string', explicit],
  bool_value: [2, 'bool', explicit],
  int_value: [3, 'int64', explicit],
  double_value: [4, 'double', explicit],
  array_value: [5, arrayValue],
  kvlist_value: [6, keyValueList],
  bytes_value: [7, 'bytes', explicit],
});

const resource = message('Resource', {
  attributes: [1, keyValue, repeated],
  dropped_attributes_count: [2, 'uint32'],
});

const scope = message('InstrumentationScope', {
  name: [1, 'string'],
  version: [2, 'string'],
  attributes: [3, keyValue, repeated],
  dropped_attributes_count: [4, 'uint32'],
});

/** The three levels above the items, which are alike for all signals. */
function exportRequest(
  signal: string,
  group: string,
  items: string,
  item: MessageType,
): MessageType {
  const scopeGroup = message(`Scope${group}`, {
    scope: [1, scope],
    [items]: [2, item, repeated],
    schema_url: [3, 'string'],
  });
  const resourceGroup = message(`Resource${group}`, {
    resource: [1, resource],
    [`scope_${signal}`]: [2, scopeGroup, repeated],
    schema_url: [3, 'string'],
  });
  return message('ExportRequest', { [`resource_${signal}`]: [1, resourceGroup, repeated] });
}

const span = message('Span', {
  trace_id: [1, 'id'],
  span_id: [2, 'id'],
  trace_state: [3, 'string'],
  parent_span_id: [4, 'id'],
  name: [5, 'string'],
  kind: [
    6,
    enumType([
      'SPAN_KIND_UNSPECIFIED',
      'SPAN_KIND_INTERNAL',
      'SPAN_KIND_SERVER',
      'SPAN_KIND_CLIENT',
      'SPAN_KIND_PRODUCER',
      'SPAN_KIND_CONSUMER',
    ]),
  ],
  start_time_unix_nano: [7, 'fixed64'],
  end_time_unix_nano: [8, 'fixed64'],
  attributes: [9, keyValue, repeated],
  dropped_attributes_count: [10, 'uint32'],
  events: [
    11,
    message('Event', {
      time_unix_nano: [1, 'fixed64'],
      name: [2, 'string'],
      attributes: [3, keyValue, repeated],
      dropped_attributes_count: [4, 'uint32'],
    }),
    repeated,
  ],
  dropped_events_count: [12, 'uint32'],
  links: [
    13,
    message('Link', {
      trace_id: [1, 'id'],
      span_id: [2, 'id'],
      trace_state: [3, 'string'],
      attributes: [4, keyValue, repeated],
      dropped_attributes_count: [5, 'uint32'],
      flags: [6, 'fixed32'],
    }),
    repeated,
  ],
  dropped_links_count: [14, 'uint32'],
  status: [
    15,
    message('Status', {
      message: [2, 'string'],
      code: [3, enumType(['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'])],
    }),
  ],
  flags: [16, 'fixed32'],
});

const severities = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

const logRecord = message('LogRecord', {
  time_unix_nano: [1, 'fixed64'],
  severity_number: [
    2,
    enumType([
      'SEVERITY_NUMBER_UNSPECIFIED',
      ...severities.flatMap((name) =>
        ['', '2', '3', '4'].map((step) => `SEVERITY_NUMBER_${name}${step}`),
      ),
    ]),
  ],
  severity_text: [3, 'string'],
  body: [5, anyValue],
  attributes: [6, keyValue, repeated],
  dropped_attributes_count: [7, 'uint32'],
  flags: [8, 'fixed32'],
  trace_id: [9, 'id'],
  span_id: [10, 'id'],
  observed_time_unix_nano: [11, 'fixed64'],
  event_name: [12, 'string'],
});

const temporality: FieldSpec = [
  2,
  enumType([
    'AGGREGATION_TEMPORALITY_UNSPECIFIED',
    'AGGREGATION_TEMPORALITY_DELTA',
    'AGGREGATION_TEMPORALITY_CUMULATIVE',
  ]),
];

const exemplar = message('Exemplar', {
  filtered_attributes: [7, keyValue, repeated],
  time_unix_nano: [2, 'fixed64'],
  as_double: [3, 'double', explicit],
  as_int: [6, 'sfixed64', explicit],
  span_id: [4, 'id'],
  trace_id: [5, 'id'],
});

const numberDataPoint = message('NumberDataPoint', {
  attributes: [7, keyValue, repeated],
  start_time_unix_nano: [2, 'fixed64'],
  time_unix_nano: [3, 'fixed64'],
  as_double: [4, 'double', explicit],
  as_int: [6, 'sfixed64', explicit],
  exemplars: [5, exemplar, repeated],
  flags: [8, 'uint32'],
});

const histogramDataPoint = message('HistogramDataPoint', {
  attributes: [9, keyValue, repeated],
  start_time_unix_nano: [2, 'fixed64'],
  time_unix_nano: [3, 'fixed64'],
  count: [4, 'fixed64'],
  sum: [5, 'double', explicit],
  bucket_counts: [6, 'fixed64', repeated],
  explicit_bounds: [7, 'double', repeated],
  exemplars: [8, exemplar, repeated],
  flags: [10, 'uint32'],
  min: [11, 'double', explicit],
  max: [12, 'double', explicit],
});

const buckets = message('Buckets', {
  offset: [1, 'sint32'],
  bucket_counts: [2, 'uint64', repeated],
});

const exponentialHistogramDataPoint = message('ExponentialHistogramDataPoint', {
  attributes: [1, keyValue, repeated],
  start_time_unix_nano: [2, 'fixed64'],
  time_unix_nano: [3, 'fixed64'],
  count: [4, 'fixed64'],
  sum: [5, 'double', explicit],
  scale: [6, 'sint32'],
  zero_count: [7, 'fixed64'],
  positive: [8, buckets],
  negative: [9, buckets],
  flags: [10, 'uint32'],
  exemplars: [11, exemplar, repeated],
  min: [12, 'double', explicit],
  max: [13, 'double', explicit],
  zero_threshold: [14, 'double'],
});

const summaryDataPoint = message('SummaryDataPoint', {
  attributes: [7, keyValue, repeated],
  start_time_unix_nano: [2, 'fixed64'],
  time_unix_nano: [3, 'fixed64'],
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  quantile_values: [
    6,
    message('ValueAtQuantile', { quantile: [1, 'double'], value: [2, 'double'] }),
    repeated,
  ],
  flags: [8, 'uint32'],
});

const metric = message('Metric', {
  name: [1, 'string'],
  description: [2, 'string'],
  unit: [3, 'string'],
  gauge: [5, message('Gauge', { data_points: [1, numberDataPoint, repeated] })],
  sum: [
    7,
    message('Sum', {
      data_points: [1, numberDataPoint, repeated],
      aggregation_temporality: temporality,
      is_monotonic: [3, 'bool'],
    }),
  ],
  histogram: [
    9,
    message('Histogram', {
      data_points: [1, histogramDataPoint, repeated],
      aggregation_temporality: temporality,
    }),
  ],
  exponential_histogram: [
    10,
    message('ExponentialHistogram', {
      data_points: [1, exponentialHistogramDataPoint, repeated],
      aggregation_temporality: temporality,
    }),
  ],
  summary: [11, message('Summary', { data_points: [1, summaryDataPoint, repeated] })],
  metadata: [12, keyValue, repeated],
});

/** The export request of each signal. */
export const exportRequests: Readonly<Record<Signal, MessageType>> = {
  traces: exportRequest('spans', 'Spans', 'spans', span),
  metrics: exportRequest('metrics', 'Metrics', 'metrics', metric),
  logs: exportRequest('logs', 'Logs', 'log_records', logRecord),
};
