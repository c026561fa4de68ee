// Export requests in OTLP JSON that use every field of every signal, and what is stored of them.
export const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const nano = (ms: number): string => `${ms}000000`;
export const nanoOf = (ms: number): bigint => BigInt(nano(ms));
export const hex = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString('hex');

const everyValue = [
  { key: 'string', value: { stringValue: 'naïve ✓ 🎈' } },
  { key: 'empty string', value: { stringValue: '' } },
  { key: 'control', value: { stringValue: '\u0002 not an int' } },
  { key: 'bool', value: { boolValue: false } },
  { key: 'int', value: { intValue: '-9223372036854775808' } },
  { key: 'double', value: { doubleValue: 1e300 } },
  { key: 'nan', value: { doubleValue: 'NaN' } },
  { key: 'infinite', value: { doubleValue: '-Infinity' } },
  { key: 'bytes', value: { bytesValue: 'AAEC/w==' } },
  {
    key: 'array',
    value: {
      arrayValue: { values: [{ intValue: '1' }, { stringValue: 'b' }, { doubleValue: 2 }] },
    },
  },
  { key: 'kvlist', value: { kvlistValue: { values: [{ key: 'k', value: { boolValue: true } }] } } },
  { key: 'empty', value: {} },
];
export const everyStored = new Map([
  ['string', 'naïve ✓ 🎈'],
  ['empty string', ''],
  ['control', '\x07\x02 not an int'],
  ['bool', '\x01false'],
  ['int', '\x02-9223372036854775808'],
  ['double', '\x031e+300'],
  ['nan', '\x03NaN'],
  ['infinite', '\x03-Infinity'],
  ['bytes', '\x04AAEC/w=='],
  ['array', '\x05[1,"b",2.0]'],
  ['kvlist', '\x05{"k":true}'],
  ['empty', '\x06'],
]);
export const sorted = (map: unknown): [string, string][] =>
  [...(map as Map<string, string>)].sort();

const origin = (service: string) => ({
  resource: {
    attributes: [{ key: 'service.name', value: { stringValue: service } }, ...everyValue],
    droppedAttributesCount: 3,
  },
  schemaUrl: 'https://resource.example',
});
const scope = { name: 'scope', version: '1', attributes: everyValue, droppedAttributesCount: 4 };
export const scopeRow = {
  resource_dropped_attributes_count: 3,
  resource_schema_url: 'https://resource.example',
  scope_name: 'scope',
  scope_version: '1',
  scope_dropped_attributes_count: 4,
  scope_schema_url: 'https://scope.example',
};
export const traceId = '0102030405060708090a0b0c0d0e0f10';
export const spanId = 'a1a2a3a4a5a6a7a8';

export const tracesOf = (service: string) => ({
  resourceSpans: [
    {
      ...origin(service),
      scopeSpans: [
        {
          scope,
          schemaUrl: 'https://scope.example',
          spans: [
            {
              traceId,
              spanId,
              parentSpanId: 'b1b2b3b4b5b6b7b8',
              traceState: 'a=1,b=2',
              flags: 0x101,
              name: 'every field',
              kind: 5,
              startTimeUnixNano: nano(startMs),
              endTimeUnixNano: `${BigInt(nano(startMs)) + 1n}`,
              attributes: everyValue,
              droppedAttributesCount: 1,
              events: [
                {
                  timeUnixNano: nano(startMs),
                  name: 'one',
                  attributes: everyValue,
                  droppedAttributesCount: 5,
                },
                { timeUnixNano: nano(startMs + 1), name: 'two' },
              ],
              droppedEventsCount: 6,
              links: [
                {
                  traceId: 'f'.repeat(32),
                  spanId: 'e'.repeat(16),
                  traceState: 'c=3',
                  flags: 1,
                  attributes: everyValue,
                  droppedAttributesCount: 7,
                },
              ],
              droppedLinksCount: 8,
              status: { code: 1, message: 'fine' },
            },
          ],
        },
      ],
    },
  ],
});

export const logBodies: [object, string, number][] = [
  [{ stringValue: 'line\nof text' }, 'line\nof text', 0],
  [{ boolValue: true }, 'true', 1],
  [{ intValue: '42' }, '42', 2],
  [{ doubleValue: 0.5 }, '0.5', 3],
  [{ bytesValue: 'AAEC/w==' }, 'AAEC/w==', 4],
  [{ arrayValue: { values: [{ intValue: '1' }] } }, '[1]', 5],
  [{ kvlistValue: { values: [{ key: 'a', value: { stringValue: 'b' } }] } }, '{"a":"b"}', 5],
  [{}, '', 6],
];
export const logsOf = (service: string) => ({
  resourceLogs: [
    {
      ...origin(service),
      scopeLogs: [
        {
          scope,
          schemaUrl: 'https://scope.example',
          logRecords: logBodies.map(([body], i) => ({
            timeUnixNano: nano(startMs + i),
            observedTimeUnixNano: nano(startMs + 50),
            severityNumber: 21,
            severityText: 'Fatal!',
            body,
            attributes: everyValue,
            droppedAttributesCount: 2,
            flags: 1,
            traceId,
            spanId,
            eventName: 'happened',
          })),
        },
      ],
    },
  ],
});

const exemplar = {
  timeUnixNano: nano(startMs - 5),
  asDouble: 7.5,
  traceId,
  spanId,
  filteredAttributes: [{ key: 'user', value: { stringValue: 'ann' } }],
};
const times = { startTimeUnixNano: nano(startMs - 60_000), timeUnixNano: nano(startMs) };
export const metricsOf = (name: string) => {
  const histogram = {
    ...times,
    count: '6',
    sum: 40.5,
    bucketCounts: ['1', '2', '3'],
    explicitBounds: [1, 10],
    exemplars: [exemplar],
  };
  const exponential = {
    ...times,
    count: '10',
    sum: -3,
    min: -8,
    max: 16,
    scale: 2,
    zeroCount: '1',
    zeroThreshold: 0.25,
    positive: { offset: -3, bucketCounts: ['1', '0', '4'] },
    negative: { offset: 5, bucketCounts: ['4'] },
  };
  const metrics = [
    {
      name: `${name}.gauge`,
      unit: 'By',
      description: 'A gauge.',
      gauge: { dataPoints: [{ ...times, asInt: '-7', attributes: everyValue }] },
    },
    {
      name: `${name}.sum`,
      unit: 's',
      sum: {
        isMonotonic: true,
        aggregationTemporality: 2,
        dataPoints: [{ ...times, asDouble: 2.5, exemplars: [exemplar] }],
      },
    },
    {
      name: `${name}.delta`,
      sum: { isMonotonic: true, aggregationTemporality: 1, dataPoints: [{ ...times, asInt: '3' }] },
    },
    {
      name: `${name}.histogram`,
      histogram: { aggregationTemporality: 2, dataPoints: [histogram] },
    },
    {
      name: `${name}.delta_histogram`,
      histogram: { aggregationTemporality: 1, dataPoints: [histogram] },
    },
    {
      name: `${name}.exponential`,
      exponentialHistogram: { aggregationTemporality: 2, dataPoints: [exponential] },
    },
    {
      name: `${name}.summary`,
      summary: {
        dataPoints: [
          {
            ...times,
            count: '9',
            sum: 90,
            quantileValues: [
              { quantile: 0.5, value: 10 },
              { quantile: 0.99, value: 20 },
            ],
          },
        ],
      },
    },
    { name: `${name}.stale`, gauge: { dataPoints: [{ ...times, flags: 1 }] } },
  ];
  return { resourceMetrics: [{ ...origin(name), scopeMetrics: [{ scope, metrics }] }] };
};
