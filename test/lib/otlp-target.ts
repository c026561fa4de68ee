// Everything between an OTLP sender and the tables: server, receiver, exporter and a real store.
import { createClickhouseExporter } from '#exporter/clickhouse/exporter.ts';
import { createMeter, type Meter } from '#internal-telemetry/meter.ts';
import { systemClock } from '#lib/clock.ts';
import { IdentityCache } from '#model/identity.ts';
import { otlpGrpcServices } from '#receiver/otlp/grpc.ts';
import { otlpRoutes } from '#receiver/otlp/http.ts';
import { createOtlpIntake, type OtlpIntakeSettings } from '#receiver/otlp/intake.ts';
import { column, eq, literal, type Select, table } from '#sql/tree.ts';
import { startTestStore, type TestStore } from './engine.ts';
import { startTestServer, type TestServer } from './test-server.ts';

export interface OtlpTarget extends TestServer {
  readonly testStore: TestStore;
  /** Counts of the receiver and the exporter. */
  readonly pipelineMeter: Meter;
  /** All columns that are written, of rows where `where` equals `value`, each identity once. */
  rows<Row = Record<string, unknown>>(
    tableName: string,
    where: string,
    value: string | bigint,
    orderBy?: string,
  ): Promise<Row[]>;
  stop(): Promise<void>;
}

/** Without limits on time, so that tests may use any. */
export async function startOtlpTarget(
  settings: Partial<OtlpIntakeSettings> = {},
): Promise<OtlpTarget> {
  const testStore = await startTestStore();
  const { writer, reader } = testStore.store;
  const pipelineMeter = createMeter();
  const intake = createOtlpIntake(
    {
      ageMsMax: { traces: undefined, metrics: undefined, logs: undefined },
      futureMsMax: undefined,
      attributeBytesMax: 1 << 20,
      ...settings,
    },
    {
      consumer: createClickhouseExporter(writer, pipelineMeter),
      identities: new IdentityCache(),
      clock: systemClock,
      meter: pipelineMeter,
    },
  );
  const testServer = await startTestServer({
    bodyBytesMax: 32 << 20,
    bytesInFlightMax: 128 << 20,
    bodyTimeoutMs: 1000,
    mounts: [{ prefix: '', routes: otlpRoutes(intake), cors: { allowedOrigins: ['*'] } }],
    grpc: otlpGrpcServices(intake),
  });
  const isFinal = (name: string): boolean => name !== 'otel_samples';
  return {
    ...testServer,
    testStore,
    pipelineMeter,
    rows: (tableName, where, value, orderBy) => {
      const select: Select = {
        columns: [{ expr: { kind: 'star' } }],
        from: table(tableName, isFinal(tableName) ? { isFinal: true } : {}),
        where: eq(column(where), literal(value)),
        ...(orderBy !== undefined && { orderBy: [{ expr: column(orderBy) }] }),
      };
      return reader.rows(select);
    },
    async stop() {
      await testServer.server.stop();
      await testStore.stop();
    },
  };
}
