// OTLP over gRPC: the Export methods of the three collector services. Statuses, RetryInfo included,
// are made by the server from what the intake throws.
// Spec: https://opentelemetry.io/docs/specs/otlp/#otlpgrpc
import { encodeExportResponse } from '#codec/otlp/response.ts';
import type { Signal } from '#model/batch.ts';
import type { GrpcService } from '#server/route.ts';
import type { OtlpIntake } from './intake.ts';

export function otlpGrpcServices(intake: OtlpIntake): readonly GrpcService[] {
  return [
    exportService(intake, 'traces', 'trace.v1.TraceService'),
    exportService(intake, 'metrics', 'metrics.v1.MetricsService'),
    exportService(intake, 'logs', 'logs.v1.LogsService'),
  ];
}

const exportService = (intake: OtlpIntake, signal: Signal, name: string): GrpcService => ({
  name: `opentelemetry.proto.collector.${name}`,
  methods: {
    Export: {
      unary: async (message, call) => {
        const rejection = await intake.receive({
          signal,
          transport: 'grpc',
          tenant: call.tenant,
          abort: call.signal,
          read: async () => message,
        });
        return encodeExportResponse(rejection);
      },
    },
  },
});
