// A store that holds given spans, and the engine of TraceQL over it.
import { decodeTraces } from '#codec/otlp/decode.ts';
import { encodeTraces } from '#codec/otlp/encode-traces.ts';
import { createManualClock } from '#lib/clock.ts';
import { IdentityCache } from '#model/identity.ts';
import type { StoredSpan } from '#model/stored-span.ts';
import {
  createTraceqlEngine,
  type TraceqlEngine,
  type TraceqlOptions,
} from '#query/traceql/engine.ts';
import { startTestStore, type TestStore } from './engine.ts';

/** Writes spans the way a receiver does, limits off. */
export async function writeSpans(
  { store }: TestStore,
  spans: readonly StoredSpan[],
): Promise<void> {
  const { batch, rejection } = decodeTraces(encodeTraces(spans), {
    tenant: '',
    nowNano: 0n,
    limits: { minUnixNano: undefined, maxUnixNano: undefined },
    identities: new IdentityCache(),
  });
  if (rejection) throw new Error(`spans were rejected: ${rejection.message}`);
  await store.writer.write(batch);
}

/** `nowMs` is where the clock of the engines stands. */
export async function startTraceqlStore(spans: readonly StoredSpan[], nowMs: number) {
  const store = await startTestStore();
  await writeSpans(store, spans);
  const clock = createManualClock(nowMs);
  const engine = (options: Partial<TraceqlOptions> = {}): TraceqlEngine =>
    createTraceqlEngine({ reader: store.store.reader, clock, ...options });
  return { store, engine, stop: () => store.stop() };
}
