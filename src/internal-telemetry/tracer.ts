// Our own spans: one per API request and what it did. Finished spans wait in a bounded ring until
// the exporter takes them; ingest makes none, so that own telemetry never feeds on itself.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '#lib/clock.ts';
import { messageOf } from '#lib/errors.ts';
import { randomHex } from '#lib/random.ts';

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface FinishedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: 'server' | 'internal' | 'client';
  readonly startUnixNano: bigint;
  readonly endUnixNano: bigint;
  readonly attributes: SpanAttributes;
  readonly error: string | undefined;
}

export interface ActiveSpan {
  readonly traceId: string;
  readonly spanId: string;
  set(attributes: SpanAttributes): void;
  fail(message: string): void;
}

export interface SpanOptions {
  readonly kind?: FinishedSpan['kind'];
  readonly attributes?: SpanAttributes;
  /** W3C traceparent of the caller. */
  readonly traceparent?: string | undefined;
}

export interface Tracer {
  /** Runs `work` inside a span; what it throws marks the span as failed and goes on. */
  span<T>(name: string, options: SpanOptions, work: (span: ActiveSpan) => Promise<T>): Promise<T>;
  /** The span that the caller runs in. */
  active(): ActiveSpan | undefined;
  /** Takes what has finished since the last call. */
  drain(): FinishedSpan[];
}

/** Spans that wait for the exporter; the oldest give way (and are counted by `onDropped`). */
const pendingSpansMax = 2000;

export function createTracer(clock: Clock, onDropped: (count: number) => void = () => {}): Tracer {
  const current = new AsyncLocalStorage<ActiveSpan>();
  let finished: FinishedSpan[] = [];
  const finish = (span: FinishedSpan): void => {
    finished.push(span);
    if (finished.length > pendingSpansMax) {
      finished.shift();
      onDropped(1);
    }
  };
  return {
    active: () => current.getStore(),
    drain: () => {
      const taken = finished;
      finished = [];
      return taken;
    },
    async span(name, options, work) {
      const parent = current.getStore() ?? parseTraceparent(options.traceparent);
      const startUnixNano = clock.nowNano();
      let attributes: SpanAttributes = options.attributes ?? {};
      let error: string | undefined;
      const span: ActiveSpan = {
        traceId: parent?.traceId ?? randomHex(16),
        spanId: randomHex(8),
        set: (more) => {
          attributes = { ...attributes, ...more };
        },
        fail: (message) => {
          error = message;
        },
      };
      try {
        return await current.run(span, () => work(span));
      } catch (thrown) {
        error = messageOf(thrown);
        throw thrown;
      } finally {
        finish({
          traceId: span.traceId,
          spanId: span.spanId,
          parentSpanId: parent?.spanId,
          name,
          kind: options.kind ?? 'internal',
          startUnixNano,
          endUnixNano: clock.nowNano(),
          attributes,
          error,
        });
      }
    },
  };
}

/** Spec: https://www.w3.org/TR/trace-context/#traceparent-header. Anything else: no parent. */
export function parseTraceparent(
  header: string | undefined,
): { traceId: string; spanId: string } | undefined {
  const match = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/.exec(header ?? '');
  if (!match || header?.startsWith('ff')) return undefined;
  const [, traceId, spanId] = match as unknown as [string, string, string];
  return /^0+$/.test(traceId) || /^0+$/.test(spanId) ? undefined : { traceId, spanId };
}
