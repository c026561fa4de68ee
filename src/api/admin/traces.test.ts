import { describe, expect, it } from 'vitest';
import type { StoredSpan } from '#model/stored-span.ts';
import type { HttpRequest, HttpResponse } from '#server/route.ts';
import { traceAnalysisRoutes } from './traces.ts';

const origin = {
  resourceAttributes: new Map([['service.name', 'shop']]),
  resourceDroppedAttributesCount: 0,
  resourceSchemaUrl: '',
  scopeName: '',
  scopeVersion: '',
  scopeAttributes: new Map<string, string>(),
  scopeDroppedAttributesCount: 0,
  scopeSchemaUrl: '',
};

const id = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.padStart(16, '0'), 'hex'));

function span(
  spanId: string,
  parent: string,
  name: string,
  start: bigint,
  duration: bigint,
): StoredSpan {
  return {
    origin,
    traceId: new Uint8Array(16),
    spanId: id(spanId),
    parentSpanId: id(parent),
    startUnixNano: 1_700_000_000_000_000_000n + start,
    durationNano: duration,
    name,
    kind: 2,
    statusCode: name === 'pay' ? 2 : 0,
    statusMessage: '',
    traceState: '',
    flags: 0,
    attributes: new Map(),
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
  };
}

const spans = [
  span('1', '0', 'checkout', 0n, 100n),
  span('2', '1', 'pay', 20n, 50n),
  span('3', '9', 'late', 150n, 5n),
];

const routes = traceAnalysisRoutes({
  trace: async ({ traceId }) => (traceId === 'aa' ? { traceId: 'aa', spans } : undefined),
});

async function ask(path: string, query: string): Promise<HttpResponse> {
  const found = routes.find((route) => route.path === path);
  if (!found) throw new Error(`no route ${path}`);
  const { signal } = new AbortController();
  return found.handle({ query: new URLSearchParams(query), tenant: '', signal } as HttpRequest);
}

describe('GET /api/traces/critical-path', () => {
  it('self times, the path and what lacks its parent', async () => {
    const answer = await ask('/api/traces/critical-path', 'id=aa');
    expect(JSON.parse(String(answer.body))).toEqual({
      traceId: 'aa',
      startUnixNano: '1700000000000000000',
      spans: [
        {
          spanId: '0000000000000001',
          startUnixNano: '1700000000000000000',
          selfNano: 50,
          criticalNano: 50,
        },
        {
          spanId: '0000000000000002',
          startUnixNano: '1700000000000000020',
          selfNano: 50,
          criticalNano: 50,
        },
        {
          spanId: '0000000000000003',
          startUnixNano: '1700000000000000150',
          selfNano: 5,
          criticalNano: 5,
          parentIsMissing: true,
        },
      ],
      criticalPath: [
        {
          spanId: '0000000000000001',
          startUnixNano: '1700000000000000000',
          endUnixNano: '1700000000000000020',
        },
        {
          spanId: '0000000000000002',
          startUnixNano: '1700000000000000020',
          endUnixNano: '1700000000000000070',
        },
        {
          spanId: '0000000000000001',
          startUnixNano: '1700000000000000070',
          endUnixNano: '1700000000000000100',
        },
        {
          spanId: '0000000000000003',
          startUnixNano: '1700000000000000150',
          endUnixNano: '1700000000000000155',
        },
      ],
    });
  });

  it('says what is not there, and what was not given', async () => {
    await expect(ask('/api/traces/critical-path', 'id=bb')).rejects.toMatchObject({
      code: 'trace_not_found',
      message: "there is no trace 'bb'",
    });
    await expect(ask('/api/traces/critical-path', '')).rejects.toMatchObject({
      code: 'trace_analysis_request',
      message: "the parameter 'id' is missing",
    });
  });
});

describe('GET /api/traces/compare', () => {
  it('calls of both', async () => {
    const answer = await ask('/api/traces/compare', 'left=aa&right=aa');
    const { left, calls } = JSON.parse(String(answer.body)) as {
      left: object;
      calls: { name: string; depth: number; left?: object; right?: object }[];
    };
    expect(left).toEqual({ traceId: 'aa', spans: 3 });
    expect(calls.map(({ name, depth }) => [name, depth])).toEqual([
      ['checkout', 0],
      ['pay', 1],
      ['late', 0],
    ]);
    const pay = { count: 1, errors: 1, durationNano: 50, selfNano: 50, criticalNano: 50 };
    expect(calls[1]).toMatchObject({ left: pay, right: pay });
  });

  it('one that is not there', async () => {
    await expect(ask('/api/traces/compare', 'left=aa&right=cc')).rejects.toMatchObject({
      code: 'trace_not_found',
      message: "there is no trace 'cc'",
    });
  });
});
