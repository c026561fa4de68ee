// The receivers, on the consumer that leads to the store.
import type { Config } from '#config/options.ts';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { createTurns, type Turns } from '#lib/turns.ts';
import type { Signal } from '#model/batch.ts';
import type { IdentityCache } from '#model/identity.ts';
import type { Consumer } from '#pipeline/consumer.ts';
import { jaegerGrpcServices } from '#receiver/jaeger/grpc.ts';
import { jaegerThriftRoutes } from '#receiver/jaeger/thrift-http.ts';
import { limitRate } from '#receiver/loki/limits.ts';
import { lokiPushRoutes } from '#receiver/loki/push.ts';
import { otlpGrpcServices } from '#receiver/otlp/grpc.ts';
import { otlpRoutes } from '#receiver/otlp/http.ts';
import { createOtlpIntake, type OtlpIntake } from '#receiver/otlp/intake.ts';
import { lokiOtlpRoute } from '#receiver/otlp/loki-logs.ts';
import { remoteWriteRoutes } from '#receiver/remote-write/write.ts';
import { zipkinRoutes } from '#receiver/zipkin/spans.ts';
import type { IngestRoutes } from './listeners.ts';
import { ageLimitsOf, lokiLimitsOf } from './settings.ts';

export interface IngestDeps {
  readonly consumer: Consumer;
  readonly identities: IdentityCache;
  readonly clock: Clock;
  readonly meter: Meter;
  /** Decoding waits for its turn; shared with scraping. */
  readonly turns?: Turns;
}

export interface Ingest extends IngestRoutes {
  /** For receivers that are no routes. */
  readonly intake: OtlpIntake;
}

export function createIngest(config: Config, given: IngestDeps): Ingest {
  const deps = { ...given, turns: given.turns ?? createTurns() };
  const limits = ageLimitsOf(config);
  const attributeBytesMax = config['ingest.max_attribute_bytes'];
  const otlp = createOtlpIntake({ ...limits, attributeBytesMax }, deps);
  const limitsOf = (signal: Signal) => ({
    ageMsMax: limits.ageMsMax[signal],
    futureMsMax: limits.futureMsMax,
    attributeBytesMax,
    bodyBytesMax: config['ingest.max_body_bytes'],
  });
  const otlpHttp = otlpRoutes(otlp);
  const { rate, ...loki } = lokiLimitsOf(config);
  const ofLoki = { ...deps, consumer: limitRate(deps.consumer, rate, deps) };
  const converting = { ...deps, intake: otlp };
  return {
    intake: otlp,
    otlp: otlpHttp,
    otlpGrpc: otlpGrpcServices(otlp),
    loki: [
      ...lokiPushRoutes({ ...ofLoki, limits: { ...limitsOf('logs'), ...loki } }),
      lokiOtlpRoute(createOtlpIntake({ ...limits, attributeBytesMax }, ofLoki)),
    ],
    zipkin: zipkinRoutes(converting),
    jaegerThrift: jaegerThriftRoutes(converting),
    jaegerGrpc: jaegerGrpcServices(converting),
    prometheus: [
      ...remoteWriteRoutes({ ...deps, limits: limitsOf('metrics') }),
      ...otlpHttp
        .filter(({ path }) => path === '/v1/metrics')
        .map((known) => ({ ...known, path: '/api/v1/otlp/v1/metrics' })),
    ],
  };
}
