// The listeners of the program, with what they share: credentials, limits, the budget of bytes.
// Knows no telemetry: mounts and gRPC services are handed in.
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { messageOf } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import { type AuthSettings, assertMayListen, createAuthenticator } from './auth.ts';
import { createByteBudget } from './byte-budget.ts';
import type { ServeContext } from './context.ts';
import { grpcHealth } from './grpc-health.ts';
import { createServerInstruments } from './instruments.ts';
import { createListener, type Listener, type ListenerSettings } from './listener.ts';
import { createPacer } from './pacer.ts';
import { createRouter } from './router.ts';
import type { SocketPlaces } from './websocket.ts';

export interface ServerSettings {
  readonly listeners: readonly ListenerSettings[];
  readonly auth: AuthSettings;
  readonly tenancyEnabled: boolean;
  /** Of one request body, as sent and decompressed, and of one gRPC message. */
  readonly bodyBytesMax: number;
  /** Of all request bodies being held. */
  readonly bytesInFlightMax: number;
  /** For a body to arrive; default 30 s. */
  readonly bodyTimeoutMs?: number;
  /**
   * For an endpoint to answer, and again for the client to read it; default 5 minutes (queries have a
   * shorter bound of their own).
   */
  readonly requestTimeoutMs?: number;
  /** WebSockets that may be open at a time, over all listeners; default 1000. */
  readonly socketsMax?: number;
  /** Nothing can be read there: without credentials, too, any interface may be opened. */
  readonly isWriteOnly?: boolean;
}

export interface ServerDeps {
  readonly meter: Meter;
  readonly logger: Logger;
  readonly clock: Clock;
  /** What grpc.health.v1.Health answers while the server runs; default: always. */
  readonly isReady?: () => boolean;
}

export interface BoundListener {
  readonly name: string;
  readonly host: string;
  /** Undefined when an optional port could not be opened; `problem` then says why. */
  readonly port: number | undefined;
  readonly problem: string | undefined;
}

export interface Server {
  /**
   * Opens the ports in their order. Throws InputError `listen_without_auth`, or OperationError
   * `port_taken` / `listen_failed` for a required one; nothing is left open then.
   */
  start(): Promise<readonly BoundListener[]>;
  /** Finishes what runs in `deadlineMs` (default 10 s), then aborts it. Safe without start(). */
  stop(deadlineMs?: number): Promise<void>;
  /** Bytes of request bodies held at the moment. */
  readonly bytesInFlight: number;
}

/** A flood that is refused must not cost more than one that is taken: its bodies are read slowly. */
const discardBytesPerSecond = 128 << 20;

export function createServer(settings: ServerSettings, deps: ServerDeps): Server {
  const auth = createAuthenticator(settings.auth);
  const budget = createByteBudget(settings.bytesInFlightMax);
  const sockets: SocketPlaces = { open: 0, max: settings.socketsMax ?? 1000 };
  const shared = {
    auth,
    sockets,
    budget,
    discards: createPacer(discardBytesPerSecond, deps.clock),
    tenancyEnabled: settings.tenancyEnabled,
    limits: { bytesMax: settings.bodyBytesMax, timeoutMs: settings.bodyTimeoutMs ?? 30_000 },
    requestTimeoutMs: settings.requestTimeoutMs ?? 300_000,
    instruments: createServerInstruments(deps.meter),
    logger: deps.logger,
    clock: deps.clock,
  };
  let isStopping = false;
  const isServing = (): boolean => !isStopping && (deps.isReady?.() ?? true);
  const open = new Map<string, Listener>();
  observe(deps.meter, open, () => budget.bytes);
  deps.meter.observe('sightline_server_websockets', 'Open WebSockets.', () => sockets.open);

  const stop = async (deadlineMs = 10_000): Promise<void> => {
    isStopping = true;
    await Promise.all([...open.values()].map((listener) => listener.stop(deadlineMs)));
    open.clear();
  };

  return {
    get bytesInFlight() {
      return budget.bytes;
    },
    async start() {
      isStopping = false;
      if (!settings.isWriteOnly) {
        for (const { host } of settings.listeners) assertMayListen(host, auth);
      }
      const bound: BoundListener[] = [];
      for (const listenerSettings of settings.listeners) {
        const { name, host, isRequired } = listenerSettings;
        const listener = createListener(
          listenerSettings,
          createContext(listenerSettings, isServing, shared),
        );
        try {
          const port = await listener.start();
          open.set(name, listener);
          bound.push({ name, host, port, problem: undefined });
        } catch (error) {
          if (isRequired) {
            await stop(0);
            throw error;
          }
          const problem = messageOf(error);
          deps.logger.warn(problem, { listener: name });
          bound.push({ name, host, port: undefined, problem });
        }
      }
      return bound;
    },
    stop,
  };
}

function createContext(
  { name, mounts, grpc }: ListenerSettings,
  isServing: () => boolean,
  shared: Omit<ServeContext, 'listener' | 'router' | 'grpc'>,
): ServeContext {
  const health = grpcHealth({ services: grpc.map((known) => known.name), isServing });
  return {
    ...shared,
    listener: name,
    router: createRouter(mounts),
    grpc: new Map([...grpc, health].map((known) => [known.name, known])),
  };
}

function observe(
  meter: Meter,
  open: ReadonlyMap<string, Listener>,
  bytesInFlight: () => number,
): void {
  meter.observe('sightline_server_connections', 'Open connections, by listener.', () =>
    [...open].map(([listener, { connectionCount }]) => ({
      labels: { listener },
      value: connectionCount,
    })),
  );
  meter.observe(
    'sightline_server_in_flight_bytes',
    'Bytes of request bodies being held.',
    bytesInFlight,
  );
}
