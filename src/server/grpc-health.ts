// grpc.health.v1.Health, which probes of orchestrators call.
// Spec: https://github.com/grpc/grpc/blob/master/doc/health-checking.md
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import { GrpcError } from './grpc-status.ts';
import type { GrpcService } from './route.ts';

/** HealthCheckResponse.ServingStatus */
const serving = 1;
const notServing = 2;

export interface HealthSettings {
  /** The names that may be asked for, beside '' for the whole server. */
  readonly services: readonly string[];
  readonly isServing: () => boolean;
}

export function grpcHealth({ services, isServing }: HealthSettings): GrpcService {
  const known = new Set(['', ...services]);
  const answer = (): Uint8Array => {
    const writer = new ProtobufWriter();
    writer.varint(1, isServing() ? serving : notServing);
    return writer.finish();
  };
  return {
    name: 'grpc.health.v1.Health',
    methods: {
      Check: {
        unary: async (message) => {
          const asked = decodeServiceName(message);
          if (!known.has(asked)) throw new GrpcError('NOT_FOUND', `unknown service ${asked}`);
          return answer();
        },
      },
      Watch: {
        // It tells the state at its beginning and ends with the server, or after the time of any request:
        // who watches then asks again.
        async *serverStream(_message, call) {
          yield answer();
          await new Promise<void>((resolve) => {
            if (call.signal.aborted) resolve();
            else call.signal.addEventListener('abort', () => resolve());
          });
        },
      },
    },
  };
}

/** HealthCheckRequest { string service = 1 }; anything else is the empty name. */
function decodeServiceName(message: Uint8Array): string {
  if (message[0] !== 0x0a) return '';
  return new TextDecoder().decode(message.subarray(2, 2 + (message[1] ?? 0)));
}
