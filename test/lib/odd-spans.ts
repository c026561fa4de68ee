// Spans of tests with odd traces: half a minute old, a millisecond apart, in OTLP JSON.
import type { JsonObject } from './otlp-json.ts';

export const baseMs = Date.now() - 30_000;
export const nano = (ms: number): string => `${Math.round(ms * 1000)}000`;
export const spanId = (n: number): string => n.toString(16).padStart(16, '0');
let lastTrace = 0;
export const newTrace = (): string => `feed${(++lastTrace).toString(16).padStart(28, '0')}`;

/** Span `id` begins `id` ms after the others and lasts 5 ms; parent 0 is none. */
export function span(
  traceId: string,
  id: number,
  parent: number,
  more: JsonObject = {},
): JsonObject {
  return {
    traceId,
    spanId: spanId(id),
    ...(parent === 0 ? {} : { parentSpanId: spanId(parent) }),
    name: `s${id}`,
    kind: 1,
    startTimeUnixNano: nano(baseMs + id),
    endTimeUnixNano: nano(baseMs + id + 5),
    ...more,
  };
}
