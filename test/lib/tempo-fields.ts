// Reads JSON as strictly as Grafana does: a field that a message of tempopb does not have is a mistake.

/** What follows a field that is a message (or a list of them): the fields of that message. */
interface Shape {
  readonly [field: string]: Shape | 'value' | 'counts';
}

const anyValue: Shape = {
  stringValue: 'value',
  intValue: 'value',
  doubleValue: 'value',
  boolValue: 'value',
  arrayValue: 'value',
};
const attributes: Shape = { key: 'value', value: anyValue };
const spanSet: Shape = {
  spans: {
    spanID: 'value',
    name: 'value',
    startTimeUnixNano: 'value',
    durationNanos: 'value',
    attributes,
  },
  matched: 'value',
  attributes,
};
const searchMetrics: Shape = {
  inspectedTraces: 'value',
  inspectedBytes: 'value',
  totalBlocks: 'value',
  completedJobs: 'value',
  totalJobs: 'value',
  totalBlockBytes: 'value',
  inspectedSpans: 'value',
};
const metadataMetrics: Shape = {
  inspectedBytes: 'value',
  totalJobs: 'value',
  completedJobs: 'value',
  totalBlocks: 'value',
  totalBlockBytes: 'value',
};

const shapes = {
  SearchResponse: {
    traces: {
      traceID: 'value',
      rootServiceName: 'value',
      rootTraceName: 'value',
      startTimeUnixNano: 'value',
      durationMs: 'value',
      spanSet,
      spanSets: spanSet,
      serviceStats: 'counts',
    },
    metrics: searchMetrics,
  },
  SearchTagsV2Response: {
    scopes: { name: 'value', tags: 'value' },
    metrics: metadataMetrics,
  },
  SearchTagValuesV2Response: {
    tagValues: { type: 'value', value: 'value' },
    metrics: metadataMetrics,
  },
  QueryRangeResponse: {
    series: {
      labels: attributes,
      samples: { timestampMs: 'value', value: 'value' },
      exemplars: { labels: attributes, value: 'value', timestampMs: 'value' },
    },
    metrics: searchMetrics,
  },
  QueryInstantResponse: {
    series: { labels: attributes, value: 'value' },
    metrics: searchMetrics,
  },
} as const satisfies Record<string, Shape>;

/** Paths of the fields that the message does not have; none when it is right. */
export function unknownFields(node: unknown, message: keyof typeof shapes): string[] {
  return beyond(node, shapes[message], message);
}

function beyond(node: unknown, shape: Shape | 'value' | 'counts', path: string): string[] {
  if (Array.isArray(node)) return node.flatMap((item) => beyond(item, shape, path));
  if (typeof node !== 'object' || node === null) return typeof shape === 'object' ? [path] : [];
  if (shape === 'value') return path.endsWith('.arrayValue') ? beyondArray(node, path) : [path];
  if (shape === 'counts') {
    // A map from names of services.
    const stats: Shape = { spanCount: 'value', errorCount: 'value' };
    return Object.values(node).flatMap((item) => beyond(item, stats, path));
  }
  return Object.entries(node).flatMap(([field, value]) => {
    const inner = Object.hasOwn(shape, field) ? shape[field] : undefined;
    return inner === undefined ? [`${path}.${field}`] : beyond(value, inner, `${path}.${field}`);
  });
}

const beyondArray = (node: object, path: string): string[] =>
  beyond(node, { values: anyValue }, path);
