// Which routes and gRPC services answer on which port (DESIGN 2.2). Port 3000 has everything by path;
// the ports that clients have hard-coded have that product's API at the root.
import { collectorHealthRoutes, healthRoutes } from '#api/admin/health.ts';
import { metricsRoutes } from '#api/admin/metrics.ts';
import { statusRoutes } from '#api/admin/status.ts';
import { jaegerPages } from '#api/jaeger/pages.ts';
import type { Config } from '#config/options.ts';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { ListenerSettings } from '#server/listener.ts';
import type { GrpcService, Mount, Route } from '#server/route.ts';
import type { QueryRoutes } from './queries.ts';
import { type PortName, portOf, requiredPorts, wellKnownPorts } from './settings.ts';
import type { StatusReader } from './status.ts';

export interface IngestRoutes {
  /** `/v1/{traces,metrics,logs}` and `/health`. */
  readonly otlp: readonly Route[];
  readonly otlpGrpc: readonly GrpcService[];
  /** `/loki/api/v1/push` and `/otlp/v1/logs`. */
  readonly loki: readonly Route[];
  /** `/api/v1/write` and `/api/v1/otlp/v1/metrics`. */
  readonly prometheus: readonly Route[];
  /** `/api/v2/spans` and `/api/v1/spans`. */
  readonly zipkin: readonly Route[];
  /** `/api/traces`, taking Thrift. */
  readonly jaegerThrift: readonly Route[];
  /** The CollectorService of Jaeger's agents. */
  readonly jaegerGrpc: readonly GrpcService[];
}

export interface ListenerParts {
  readonly takesFreePorts: boolean;
  readonly ingest: IngestRoutes;
  readonly read: QueryRoutes;
  readonly status: StatusReader;
  readonly meter: Meter;
  readonly web: readonly Route[];
  /** Endpoints of our own, below `/api`. */
  readonly admin: readonly Route[];
  /** Where the web UI answers; known once the listeners are bound. */
  readonly url: () => string;
}

interface Served {
  readonly mounts: readonly Mount[];
  readonly grpc?: readonly GrpcService[];
}

export function createListenerSettings(config: Config, parts: ListenerParts): ListenerSettings[] {
  const served = servedByPort(config, parts);
  return (Object.keys(wellKnownPorts) as PortName[]).map((name) => ({
    name,
    host: config.listen,
    port: parts.takesFreePorts ? 0 : portOf(name, config),
    isRequired: requiredPorts.includes(name),
    mounts: served[name].mounts,
    grpc: served[name].grpc ?? [],
  }));
}

function servedByPort(config: Config, parts: ListenerParts): Record<PortName, Served> {
  const { ingest, read, status, meter, web, admin } = parts;
  const loki = [...read.loki, ...ingest.loki];
  const prometheus = [...read.prometheus, ...ingest.prometheus];
  const cors = { allowedOrigins: config['server.cors_origins'] };
  const jaeger = [...read.jaeger, ...jaegerPages(() => new URL(parts.url()).port)];
  const own = [...healthRoutes(status), ...metricsRoutes(meter)];
  const otlp: Mount = { prefix: '', routes: ingest.otlp, cors };
  return {
    http: {
      grpc: [...ingest.otlpGrpc, ...read.tempoGrpc, ...read.jaegerGrpc],
      mounts: [
        {
          prefix: '',
          routes: [...own, ...statusRoutes(status.read), ...admin, ...read.own, ...web],
        },
        { prefix: '/prometheus', routes: prometheus },
        { prefix: '/loki', routes: withAndWithoutOwnPrefix(loki) },
        { prefix: '/tempo', routes: read.tempo },
        { prefix: '/jaeger', routes: read.jaeger },
        { prefix: '/zipkin', routes: ingest.zipkin, cors },
        { prefix: '/otlp', routes: ingest.otlp, cors },
      ],
    },
    otlpGrpc: { grpc: ingest.otlpGrpc, mounts: [otlp] },
    otlpHttp: { grpc: ingest.otlpGrpc, mounts: [otlp] },
    prometheus: { mounts: [{ prefix: '', routes: prometheus }] },
    loki: { mounts: [{ prefix: '', routes: loki }] },
    tempo: { grpc: read.tempoGrpc, mounts: [{ prefix: '', routes: read.tempo }] },
    jaeger: { grpc: read.jaegerGrpc, mounts: [{ prefix: '', routes: jaeger }] },
    zipkin: { mounts: [{ prefix: '', routes: ingest.zipkin, cors }] },
    jaegerThrift: { mounts: [{ prefix: '', routes: ingest.jaegerThrift }] },
    jaegerGrpc: { grpc: ingest.jaegerGrpc, mounts: [] },
    metrics: { mounts: [{ prefix: '', routes: metricsRoutes(meter) }] },
    health: { mounts: [{ prefix: '', routes: collectorHealthRoutes(status) }] },
  };
}

/**
 * Loki's paths begin with `/loki` themselves. Below the prefix `/loki` both forms answer: a client with the
 * base URL `…:3000/loki` asks for `/loki/loki/api/v1/push`, one with `…:3000` for `/loki/api/v1/push`.
 */
function withAndWithoutOwnPrefix(loki: readonly Route[]): readonly Route[] {
  const own = '/loki/';
  const shortened = loki
    .filter(({ path }) => path.startsWith(own))
    .map((known) => ({ ...known, path: known.path.slice(own.length - 1) }));
  return [...loki, ...shortened];
}
