// The messages of tempopb that clients see, by the names of their JSON. A `status` and `message`, which
// say that an answer is partial, are missing on purpose: answers are whole or an error.
// Spec: https://github.com/grafana/tempo/blob/main/pkg/tempopb/tempo.proto
import type { MessageTable } from './message.ts';

const anyValue: MessageTable = {
  stringValue: { number: 1, type: 'string' },
  boolValue: { number: 2, type: 'bool' },
  intValue: { number: 3, type: 'int64' },
  doubleValue: { number: 4, type: 'double' },
  arrayValue: { number: 5, type: () => arrayValue },
};
const arrayValue: MessageTable = { values: { number: 1, type: () => anyValue, kind: 'list' } };
const keyValue: MessageTable = {
  key: { number: 1, type: 'string' },
  value: { number: 2, type: () => anyValue },
};

const searchMetrics: MessageTable = {
  inspectedTraces: { number: 1, type: 'uint32' },
  inspectedBytes: { number: 2, type: 'uint64' },
  totalBlocks: { number: 3, type: 'uint32' },
  completedJobs: { number: 4, type: 'uint32' },
  totalJobs: { number: 5, type: 'uint32' },
  totalBlockBytes: { number: 6, type: 'uint64' },
  inspectedSpans: { number: 7, type: 'uint64' },
};

const span: MessageTable = {
  spanID: { number: 1, type: 'string' },
  name: { number: 2, type: 'string' },
  startTimeUnixNano: { number: 3, type: 'uint64' },
  durationNanos: { number: 4, type: 'uint64' },
  attributes: { number: 5, type: () => keyValue, kind: 'list' },
};
const spanSet: MessageTable = {
  spans: { number: 1, type: () => span, kind: 'list' },
  matched: { number: 2, type: 'uint32' },
  attributes: { number: 3, type: () => keyValue, kind: 'list' },
};
const serviceStats: MessageTable = {
  spanCount: { number: 1, type: 'uint32' },
  errorCount: { number: 2, type: 'uint32' },
};
const traceSearchMetadata: MessageTable = {
  traceID: { number: 1, type: 'string' },
  rootServiceName: { number: 2, type: 'string' },
  rootTraceName: { number: 3, type: 'string' },
  startTimeUnixNano: { number: 4, type: 'uint64' },
  durationMs: { number: 5, type: 'uint32' },
  spanSet: { number: 6, type: () => spanSet },
  spanSets: { number: 7, type: () => spanSet, kind: 'list' },
  serviceStats: { number: 8, type: () => serviceStats, kind: 'map' },
};
export const searchResponse: MessageTable = {
  traces: { number: 1, type: () => traceSearchMetadata, kind: 'list' },
  metrics: { number: 2, type: () => searchMetrics },
};

const metadataMetrics: MessageTable = {
  inspectedBytes: { number: 1, type: 'uint64' },
  totalJobs: { number: 2, type: 'uint32' },
  completedJobs: { number: 3, type: 'uint32' },
  totalBlocks: { number: 4, type: 'uint32' },
  totalBlockBytes: { number: 5, type: 'uint64' },
};
export const searchTagsResponse: MessageTable = {
  tagNames: { number: 1, type: 'string', kind: 'list' },
  metrics: { number: 2, type: () => metadataMetrics },
};
const searchTagsV2Scope: MessageTable = {
  name: { number: 1, type: 'string' },
  tags: { number: 2, type: 'string', kind: 'list' },
};
export const searchTagsV2Response: MessageTable = {
  scopes: { number: 1, type: () => searchTagsV2Scope, kind: 'list' },
  metrics: { number: 2, type: () => metadataMetrics },
};
export const searchTagValuesResponse: MessageTable = {
  tagValues: { number: 1, type: 'string', kind: 'list' },
  metrics: { number: 2, type: () => metadataMetrics },
};
const tagValue: MessageTable = {
  type: { number: 1, type: 'string' },
  value: { number: 2, type: 'string' },
};
export const searchTagValuesV2Response: MessageTable = {
  tagValues: { number: 1, type: () => tagValue, kind: 'list' },
  metrics: { number: 2, type: () => metadataMetrics },
};

const sample: MessageTable = {
  value: { number: 1, type: 'double' },
  timestampMs: { number: 2, type: 'int64' },
};
const exemplar: MessageTable = {
  labels: { number: 1, type: () => keyValue, kind: 'list' },
  value: { number: 2, type: 'double' },
  timestampMs: { number: 3, type: 'int64' },
};
const timeSeries: MessageTable = {
  labels: { number: 1, type: () => keyValue, kind: 'list' },
  samples: { number: 2, type: () => sample, kind: 'list' },
  exemplars: { number: 4, type: () => exemplar, kind: 'list' },
};
export const queryRangeResponse: MessageTable = {
  series: { number: 1, type: () => timeSeries, kind: 'list' },
  metrics: { number: 2, type: () => searchMetrics },
};
const instantSeries: MessageTable = {
  labels: { number: 1, type: () => keyValue, kind: 'list' },
  value: { number: 2, type: 'double' },
};
export const queryInstantResponse: MessageTable = {
  series: { number: 1, type: () => instantSeries, kind: 'list' },
  metrics: { number: 2, type: () => searchMetrics },
};

/** Times are seconds. */
export const searchRequest = {
  Tags: { number: 1, type: 'string', kind: 'map' },
  MinDurationMs: { number: 2, type: 'uint32' },
  MaxDurationMs: { number: 3, type: 'uint32' },
  Limit: { number: 4, type: 'uint32' },
  start: { number: 5, type: 'uint32' },
  end: { number: 6, type: 'uint32' },
  Query: { number: 8, type: 'string' },
  SpansPerSpanSet: { number: 9, type: 'uint32' },
} as const satisfies MessageTable;

/** Times are seconds. */
export const searchTagsRequest = {
  scope: { number: 1, type: 'string' },
  query: { number: 2, type: 'string' },
  start: { number: 3, type: 'uint32' },
  end: { number: 4, type: 'uint32' },
  maxTagsPerScope: { number: 5, type: 'uint32' },
} as const satisfies MessageTable;

/** Times are seconds. */
export const searchTagValuesRequest = {
  tagName: { number: 1, type: 'string' },
  query: { number: 2, type: 'string' },
  start: { number: 4, type: 'uint32' },
  end: { number: 5, type: 'uint32' },
  maxTagValues: { number: 6, type: 'uint32' },
} as const satisfies MessageTable;

/** Times and the step are nanoseconds. */
export const queryRangeRequest = {
  query: { number: 1, type: 'string' },
  start: { number: 2, type: 'uint64' },
  end: { number: 3, type: 'uint64' },
  step: { number: 4, type: 'uint64' },
  exemplars: { number: 16, type: 'uint32' },
} as const satisfies MessageTable;

/** Times are nanoseconds. */
export const queryInstantRequest = {
  query: { number: 1, type: 'string' },
  start: { number: 2, type: 'uint64' },
  end: { number: 3, type: 'uint64' },
} as const satisfies MessageTable;
