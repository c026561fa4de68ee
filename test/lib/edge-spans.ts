// Batches of spans that ask and are asked, for tests of the service graph.
import { decodeTraces } from '#codec/otlp/decode.ts';
import type { Batch } from '#model/batch.ts';
import { contextOf } from './decode-otlp.ts';
import { attributes, encodeOtlp, type Json, type JsonObject } from './otlp-json.ts';

export interface EdgeSpan {
  readonly service: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly id: number;
  readonly parent?: number;
  readonly trace?: number;
  readonly startMs?: number;
  readonly ms?: number;
  readonly isError?: boolean;
  readonly attributes?: JsonObject;
  readonly resource?: JsonObject;
}

const kinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** The export request; each span has a resource of its own. */
export function edgeRequest(spans: readonly EdgeSpan[], baseMs = 1_700_000_000_000): JsonObject {
  return { resourceSpans: spans.map((span) => resourceSpans(span, baseMs)) };
}

export function edgeBatch(spans: readonly EdgeSpan[], tenant = ''): Batch<'traces'> {
  return decoded(edgeRequest(spans), tenant);
}

export function decoded(request: JsonObject, tenant = ''): Batch<'traces'> {
  return decodeTraces(encodeOtlp('traces', request), { ...contextOf(), tenant }).batch;
}

function resourceSpans(span: EdgeSpan, baseMs: number): Json {
  const { service, startMs = 0, ms = 1 } = span;
  const startNano = BigInt(Math.round((baseMs + startMs) * 1e3)) * 1000n;
  return {
    resource: {
      attributes: attributes({
        ...(service === '' ? {} : { 'service.name': service }),
        ...span.resource,
      }),
    },
    scopeSpans: [
      {
        spans: [
          {
            traceId: hex(span.trace ?? 1, 32),
            spanId: hex(span.id, 16),
            parentSpanId: span.parent === undefined ? '' : hex(span.parent, 16),
            name: 'op',
            kind: kinds[span.kind],
            startTimeUnixNano: String(startNano),
            endTimeUnixNano: String(startNano + BigInt(Math.round(ms * 1e6))),
            attributes: attributes(span.attributes ?? {}),
            ...(span.isError ? { status: { code: 2 } } : {}),
          },
        ],
      },
    ],
  };
}
