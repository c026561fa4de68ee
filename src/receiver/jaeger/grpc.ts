// jaeger.api_v2.CollectorService/PostSpans, as Jaeger's agents and collectors send; and
// SamplingManager, which they ask how to sample. Both answers are empty or constant.
// Spec: https://github.com/jaegertracing/jaeger-idl/blob/main/proto/api_v2/collector.proto
import { decodePostSpans } from '#codec/jaeger/post-spans.ts';
import { encodeSampleEverything } from '#codec/jaeger/sampling.ts';
import { GrpcError } from '#server/grpc-status.ts';
import type { GrpcService } from '#server/route.ts';
import { convertedExport } from '../converted-spans.ts';
import type { JaegerDeps } from './thrift-http.ts';

export function jaegerGrpcServices({ intake, turns }: JaegerDeps): readonly GrpcService[] {
  return [
    {
      name: 'jaeger.api_v2.CollectorService',
      methods: {
        PostSpans: {
          unary: async (message, call) => {
            const rejection = await intake.receive({
              signal: 'traces',
              receiver: 'jaeger',
              transport: 'grpc',
              tenant: call.tenant,
              abort: call.signal,
              read: () => turns.run(() => convertedExport(decodePostSpans(message))),
            });
            if (rejection && rejection.count > 0)
              throw new GrpcError('INVALID_ARGUMENT', rejection.message);
            return new Uint8Array(0);
          },
        },
      },
    },
    {
      name: 'jaeger.api_v2.SamplingManager',
      methods: { GetSamplingStrategy: { unary: async () => encodeSampleEverything() } },
    },
  ];
}
