// tempopb.StreamingQuerier: the gRPC service that Grafana asks when streaming is on.
import type { TraceqlEngine } from '#query/traceql/engine.ts';
import type { GrpcService } from '#server/route.ts';

export function tempoGrpcServices(_engine: TraceqlEngine): readonly GrpcService[] {
  return [];
}
