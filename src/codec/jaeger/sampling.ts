// The answer to a Jaeger client that asks how it should sample: everything. Whoever wants less says
// so in the client; a trace that was never sent can be searched by nobody.
// Spec: https://github.com/jaegertracing/jaeger-idl/blob/main/proto/api_v2/sampling.proto
//
//   SamplingStrategyResponse { SamplingStrategyType strategyType = 1 (0 PROBABILISTIC),
//                              ProbabilisticSamplingStrategy probabilisticSampling = 2 }
//   ProbabilisticSamplingStrategy { double samplingRate = 1 }
import { ProtobufWriter } from '#lib/protobuf-writer.ts';

export function encodeSampleEverything(): Uint8Array {
  const writer = new ProtobufWriter();
  writer.message(2, () => writer.double(1, 1));
  return writer.finish();
}

/** As Jaeger answers over HTTP. */
export const sampleEverythingJson = {
  strategyType: 'PROBABILISTIC',
  probabilisticSampling: { samplingRate: 1 },
} as const;
