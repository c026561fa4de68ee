// The Tempo API of the fixture: one trace every ten seconds, each an order that three services handle.

import type { FixtureAnswer } from './web-fixture.ts';
import { chance, hexOf } from './web-fixture-random.ts';

const everyMs = 10_000;

/** The trace that was running at a time; its id holds the time, so that it can be made again. */
export function traceIdAt(timeMs: number): string {
  const startMs = Math.floor(timeMs / everyMs) * everyMs;
  return hexOf(16, 'trace', startMs) + (startMs / everyMs).toString(16).padStart(16, '0');
}

const startOf = (traceId: string): number => Number.parseInt(traceId.slice(16), 16) * everyMs;

export function traceAnswer(path: string, params: URLSearchParams): FixtureAnswer | undefined {
  if (path === 'search') return search(params);
  if (path.startsWith('v2/traces/')) return traceById(path.slice('v2/traces/'.length));
  if (path === 'v2/search/tags') {
    const scopes = [
      { name: 'resource', tags: ['service.name', 'service.version'] },
      { name: 'span', tags: ['http.route', 'http.response.status_code', 'db.system.name'] },
      { name: 'intrinsic', tags: ['duration', 'name', 'status', 'kind'] },
    ];
    return { body: { scopes } };
  }
  if (path.includes('service.name'))
    return values('inventory-service', 'order-service', 'user-service');
  if (path.startsWith('v2/search/tag/')) return values('POST /orders', 'GET /stock/:sku');
  return undefined;
}

const values = (...list: string[]): FixtureAnswer => ({
  body: { tagValues: list.map((value) => ({ type: 'string', value })) },
});

const isFailed = (startMs: number): boolean => chance('fail', startMs) < 0.12;
const lengthMs = (startMs: number): number => 20 + 900 * chance('length', startMs) ** 5;

function search(params: URLSearchParams): FixtureAnswer {
  const query = params.get('q') ?? '';
  if (query.includes('= =')) {
    const error = `parse error at line 1, col ${query.indexOf('= =') + 3}: syntax error: unexpected =`;
    return { status: 400, body: error };
  }
  const fromMs = Number(params.get('start')) * 1000;
  const toMs = Number(params.get('end')) * 1000;
  const limit = Number(params.get('limit') ?? 20);
  const traces: unknown[] = [];
  for (let at = Math.floor(toMs / everyMs) * everyMs; at >= fromMs; at -= everyMs) {
    if (traces.length >= limit) break;
    if (query.includes('status = error') && !isFailed(at)) continue;
    if (query.includes('nowhere')) continue;
    traces.push({
      traceID: traceIdAt(at),
      rootServiceName: 'user-service',
      rootTraceName: 'POST /checkout',
      startTimeUnixNano: `${at}000000`,
      durationMs: Math.round(lengthMs(at)),
      spanSets: [{ spans: [], matched: 7 }],
      serviceStats: {
        'user-service': { spanCount: 2 },
        'order-service': { spanCount: 3, ...(isFailed(at) ? { errorCount: 2 } : {}) },
        'inventory-service': { spanCount: 2, ...(isFailed(at) ? { errorCount: 1 } : {}) },
      },
    });
  }
  return { body: { traces, metrics: {} } };
}

interface Step {
  readonly service: string;
  readonly name: string;
  readonly kind: string;
  readonly parent: number;
  readonly from: number;
  readonly to: number;
  readonly attributes: Record<string, string | number>;
}

/** Times as shares of the trace. */
const steps: readonly Step[] = [
  {
    service: 'user-service',
    name: 'POST /checkout',
    kind: 'SERVER',
    parent: -1,
    from: 0,
    to: 1,
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/checkout',
      'http.response.status_code': 200,
      'user_agent.original': 'load/1.0',
    },
  },
  {
    service: 'user-service',
    name: 'POST',
    kind: 'CLIENT',
    parent: 0,
    from: 0.05,
    to: 0.97,
    attributes: {
      'server.address': 'order-service',
      'url.full': 'http://order-service:8081/orders',
    },
  },
  {
    service: 'order-service',
    name: 'POST /orders',
    kind: 'SERVER',
    parent: 1,
    from: 0.08,
    to: 0.95,
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/orders',
      'http.response.status_code': 201,
    },
  },
  {
    service: 'order-service',
    name: 'price order',
    kind: 'INTERNAL',
    parent: 2,
    from: 0.1,
    to: 0.22,
    attributes: { 'order.items': 3 },
  },
  {
    service: 'order-service',
    name: 'GET',
    kind: 'CLIENT',
    parent: 2,
    from: 0.24,
    to: 0.9,
    attributes: { 'server.address': 'inventory-service' },
  },
  {
    service: 'inventory-service',
    name: 'GET /stock/:sku',
    kind: 'SERVER',
    parent: 4,
    from: 0.27,
    to: 0.88,
    attributes: { 'http.route': '/stock/:sku' },
  },
  {
    service: 'inventory-service',
    name: 'SELECT stock',
    kind: 'CLIENT',
    parent: 5,
    from: 0.3,
    to: 0.84,
    attributes: {
      'db.system.name': 'postgresql',
      'db.query.text': 'SELECT sku, count FROM stock WHERE sku = $1 FOR UPDATE',
    },
  },
];

/** A trace of 5,000 spans: each of 50 requests makes 99 calls, one after the other. */
export const largeTraceId = 'f'.repeat(32);

function largeTrace(): FixtureAnswer {
  const spans = Array.from({ length: 5000 }, (_, i) => {
    const request = Math.floor(i / 100) * 100;
    const nano = (ms: number): string =>
      String(BigInt(startOf(traceIdAt(1.8e12)) + ms) * 1_000_000n);
    return {
      traceId: largeTraceId,
      spanId: (i + 1).toString(16).padStart(16, '0'),
      parentSpanId: i === request ? '' : (request + 1).toString(16).padStart(16, '0'),
      name: i === request ? `request ${i / 100}` : `call ${i % 100}`,
      kind: i === request ? 2 : 3,
      startTimeUnixNano: nano(i),
      endTimeUnixNano: nano(i === request ? i + 100 : i + 1),
    };
  });
  const resource = { attributes: attributes({ 'service.name': 'batch-service' }) };
  return { body: { trace: { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] } } };
}

function traceById(traceId: string): FixtureAnswer {
  if (traceId === largeTraceId) return largeTrace();
  if (!/^[0-9a-f]{32}$/.test(traceId) || traceIdAt(startOf(traceId)) !== traceId) {
    return { status: 404, body: { message: 'trace not found' } };
  }
  const startMs = startOf(traceId);
  const spanIds = steps.map((_, i) => (i === 2 ? traceId.slice(0, 16) : hexOf(16, traceId, i)));
  const services = [...new Set(steps.map(({ service }) => service))];
  const resourceSpans = services.map((service) => ({
    resource: {
      attributes: attributes({
        'service.name': service,
        'service.version': '1.4.2',
        'deployment.environment.name': 'demo',
        'host.name': 'laptop',
      }),
    },
    scopeSpans: [
      {
        scope: { name: '@opentelemetry/instrumentation-http', version: '0.223.0' },
        spans: steps.flatMap((step, index) =>
          step.service === service ? [toSpan({ step, index, traceId, spanIds, startMs })] : [],
        ),
      },
    ],
  }));
  return { body: { trace: { resourceSpans } } };
}

interface SpanInput {
  readonly step: Step;
  readonly index: number;
  readonly traceId: string;
  readonly spanIds: readonly string[];
  readonly startMs: number;
}

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

function toSpan({ step, index, traceId, spanIds, startMs }: SpanInput): unknown {
  const nano = (share: number): string =>
    String(BigInt(startMs) * 1_000_000n + BigInt(Math.round(share * lengthMs(startMs) * 1e6)));
  const isError = isFailed(startMs) && index >= 4;
  return {
    traceId: base64(traceId),
    spanId: base64(spanIds[index] ?? ''),
    parentSpanId: base64(spanIds[step.parent] ?? ''),
    name: step.name,
    kind: `SPAN_KIND_${step.kind}`,
    startTimeUnixNano: nano(step.from),
    endTimeUnixNano: nano(step.to),
    attributes: attributes(step.attributes),
    status: isError ? { code: 'STATUS_CODE_ERROR', message: 'lock timeout on table stock' } : {},
    events: isError
      ? [
          {
            name: 'exception',
            timeUnixNano: nano(step.to - 0.02),
            attributes: attributes({
              'exception.type': 'LockTimeoutError',
              'exception.message': 'lock timeout on table stock',
              'exception.stacktrace':
                'LockTimeoutError: lock timeout on table stock\n    at reserve (stock.js:41:11)\n    at handle (server.js:17:5)',
            }),
          },
        ]
      : [],
    links: [],
  };
}

const attributes = (values: Record<string, string | number>): unknown[] =>
  Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }));
