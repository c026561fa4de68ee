// A store with spans, the Jaeger API over it, and a client of it without sockets.
import { type JaegerSources, jaegerRoutes } from '#api/jaeger/index.ts';
import { decodeTraces } from '#codec/otlp/decode.ts';
import { otlpJsonToProtobuf } from '#codec/otlp/json.ts';
import { createManualClock } from '#lib/clock.ts';
import { IdentityCache } from '#model/identity.ts';
import { createTraceCatalog } from '#query/trace/catalog.ts';
import { createTraceqlEngine } from '#query/traceql/engine.ts';
import { startTestStore } from './engine.ts';
import { createJaegerClient, type JaegerClient } from './jaeger-api-client.ts';

export interface JaegerStore {
  readonly sources: JaegerSources;
  readonly jaeger: JaegerClient;
  stop(): Promise<void>;
}

/** Holds TracesData in OTLP's JSON, several of them; `nowMs` is where the clock stands. */
export async function startJaegerStore(
  traces: readonly object[],
  nowMs: number,
): Promise<JaegerStore> {
  const { store, stop } = await startTestStore();
  for (const otlp of traces) {
    const bytes = otlpJsonToProtobuf('traces', JSON.stringify(otlp));
    const { batch, rejection } = decodeTraces(bytes, {
      tenant: '',
      nowNano: 0n,
      limits: { minUnixNano: undefined, maxUnixNano: undefined },
      identities: new IdentityCache(),
    });
    if (rejection) throw new Error(rejection.message);
    await store.writer.write(batch);
  }
  const clock = createManualClock(nowMs);
  const { reader } = store;
  const sources: JaegerSources = {
    engine: createTraceqlEngine({ reader, clock }),
    catalog: createTraceCatalog({ reader, clock }),
    clock,
    isStrict: false,
    maxClockSkewMs: 0,
  };
  return { sources, jaeger: createJaegerClient(jaegerRoutes(sources)), stop };
}
