// One checkout as spans of four services, with everything that Jaeger's model has a word for, and what
// goes wrong in real traces: a parent that never came, a clock that is behind, a span without a service.

export const checkoutId = '422d605ee9fe40e1af6e3125955a488c';
export const shopStartMs = Date.parse('2026-05-04T10:00:00Z');
export const shopEndMs = shopStartMs + 3_600_000;

export interface ShopSpan {
  readonly service: string | undefined;
  readonly host: string;
  readonly traceId?: string;
  readonly id: string;
  readonly parent?: string;
  readonly name: string;
  readonly kind: number;
  /** Milliseconds after the start. */
  readonly at: number;
  readonly ms: number;
  readonly fields?: object;
}

const stringAttribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });

export const checkoutSpans: readonly ShopSpan[] = [
  {
    service: 'checkout',
    host: 'a',
    id: '0000000000000001',
    name: 'POST /checkout',
    kind: 2,
    at: 0,
    ms: 200,
    fields: {
      flags: 257,
      traceState: 'vendor=1',
      attributes: [
        stringAttribute('http.method', 'POST'),
        { key: 'http.status_code', value: { intValue: '500' } },
        { key: 'load', value: { doubleValue: 0.5 } },
        { key: 'retried', value: { boolValue: true } },
        { key: 'big', value: { intValue: '9223372036854775222' } },
        { key: 'blob', value: { bytesValue: 'AAAwOQ==' } },
        {
          key: 'list',
          value: { arrayValue: { values: [{ intValue: '1' }, { stringValue: 'x' }] } },
        },
        stringAttribute('quote', `a"b'c\\d`),
      ],
      events: [
        {
          timeUnixNano: String(BigInt(shopStartMs) * 1_000_000n + 5_000_000n),
          name: 'exception',
          attributes: [stringAttribute('exception.message', 'card declined')],
        },
      ],
      links: [
        {
          traceId: 'ffffffffffffffffffffffffffffffff',
          spanId: '00000000000000ff',
          attributes: [stringAttribute('reason', 'retry')],
        },
      ],
      status: { code: 2, message: 'declined' },
    },
  },
  {
    service: 'checkout',
    host: 'a',
    id: '0000000000000002',
    parent: '0000000000000001',
    name: 'charge',
    kind: 3,
    at: 10,
    ms: 100,
  },
  // The clock of its host is a second behind.
  {
    service: 'payment',
    host: 'b',
    id: '0000000000000003',
    parent: '0000000000000002',
    name: 'charge',
    kind: 2,
    at: -990,
    ms: 80,
    fields: { status: { code: 1 } },
  },
  {
    service: 'cart',
    host: 'a',
    id: '0000000000000004',
    parent: '0000000000000001',
    name: 'clear',
    kind: 2,
    at: 120,
    ms: 10,
  },
  {
    service: undefined,
    host: 'c',
    id: '0000000000000005',
    parent: '00000000000000aa',
    name: 'orphan',
    kind: 0,
    at: 130,
    ms: 1,
  },
];

/** TracesData in the JSON of OTLP. */
export function otlpOf(spans: readonly ShopSpan[]): object {
  return {
    resourceSpans: spans.map((span) => ({
      resource: {
        attributes: [
          ...(span.service === undefined ? [] : [stringAttribute('service.name', span.service)]),
          stringAttribute('host.name', span.host),
        ],
      },
      scopeSpans: [{ scope: { name: 'shop-sdk', version: '1.2' }, spans: [otlpSpan(span)] }],
    })),
  };
}

function otlpSpan({ id, parent, name, kind, at, ms, fields, traceId = checkoutId }: ShopSpan) {
  const start = BigInt(shopStartMs + at) * 1_000_000n;
  return {
    traceId,
    spanId: id,
    ...(parent === undefined ? {} : { parentSpanId: parent }),
    name,
    kind,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(ms) * 1_000_000n),
    ...fields,
  };
}
