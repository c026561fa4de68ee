// A trace as the UI holds it: spans with their resource, ascending by start. OpenTelemetry's words.

export type AttributeValue = string | number | boolean | null | readonly AttributeValue[] | object;

export interface Attribute {
  readonly key: string;
  readonly value: AttributeValue;
}

export type SpanKind = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';
export type SpanStatus = 'unset' | 'ok' | 'error';

export interface SpanEvent {
  readonly name: string;
  readonly timeNano: bigint;
  readonly attributes: readonly Attribute[];
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: readonly Attribute[];
}

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly serviceName: string;
  readonly startNano: bigint;
  readonly endNano: bigint;
  readonly status: SpanStatus;
  readonly statusMessage: string;
  readonly attributes: readonly Attribute[];
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  readonly resource: readonly Attribute[];
  readonly scopeName: string;
  readonly scopeVersion: string;
}

export interface Trace {
  readonly traceId: string;
  readonly spans: readonly Span[];
}

/** One line of a search result. */
export interface TraceSummary {
  readonly traceId: string;
  readonly rootService: string;
  readonly rootName: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly matchedSpans: number;
  readonly spanCount: number | undefined;
  readonly errorCount: number | undefined;
  readonly services: readonly string[];
}

/** Wall-clock ends of the whole trace; zeros when it has no span. */
export function traceBounds(trace: Trace): { startNano: bigint; endNano: bigint } {
  let startNano = trace.spans[0]?.startNano ?? 0n;
  let endNano = startNano;
  for (const span of trace.spans) {
    if (span.startNano < startNano) startNano = span.startNano;
    if (span.endNano > endNano) endNano = span.endNano;
  }
  return { startNano, endNano };
}

export const nanoToMs = (nano: bigint): number => Number(nano / 1000n) / 1000;

export function printAttribute(value: AttributeValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
