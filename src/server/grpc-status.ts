// The status of a gRPC call: codes, the trailers that carry it, and the error that methods throw.
// Spec: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md (Responses) and
// google/rpc/{status,error_details}.proto for the details.
import { ProtobufWriter } from '#lib/protobuf-writer.ts';

export const grpcStatusCodes = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

export type GrpcStatusCode = keyof typeof grpcStatusCodes;

/** For methods that answer with a status which no InputError or OperationError means. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError';
  readonly status: Exclude<GrpcStatusCode, 'OK'>;
  readonly retryAfterMs: number | undefined;
  constructor(
    status: Exclude<GrpcStatusCode, 'OK'>,
    message: string,
    options: { readonly retryAfterMs?: number; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = status;
    this.retryAfterMs = options.retryAfterMs;
  }
}

export interface GrpcStatus {
  readonly status: GrpcStatusCode;
  readonly message: string;
  readonly retryAfterMs?: number | undefined;
}

/** Header lists have limits (8 KiB is usual); a message is for a person. */
const messageLengthMax = 1024;

export function encodeStatusTrailers(status: GrpcStatus): Record<string, string> {
  const code = grpcStatusCodes[status.status];
  if (code === 0) return { 'grpc-status': '0' };
  const message = status.message.slice(0, messageLengthMax);
  const trailers: Record<string, string> = {
    'grpc-status': String(code),
    'grpc-message': encodeGrpcMessage(message),
  };
  if (status.retryAfterMs !== undefined) {
    const details = encodeRetryStatus(code, message, status.retryAfterMs);
    trailers['grpc-status-details-bin'] = Buffer.from(details)
      .toString('base64')
      .replace(/=+$/, '');
  }
  return trailers;
}

/** Percent-encodes every byte of the UTF-8 that is not printable ASCII, and `%`. */
export function encodeGrpcMessage(message: string): string {
  let encoded = '';
  for (const byte of Buffer.from(message, 'utf8')) {
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += isPlain
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

/** google.rpc.Status { code = 1; message = 2; repeated Any details = 3 } with one RetryInfo. */
function encodeRetryStatus(code: number, message: string, retryAfterMs: number): Uint8Array {
  const writer = new ProtobufWriter();
  writer.varint(1, code);
  writer.text(2, message);
  writer.message(3, () => {
    // Any { type_url = 1; value = 2 }, RetryInfo { Duration retry_delay = 1 }.
    writer.text(1, 'type.googleapis.com/google.rpc.RetryInfo');
    writer.message(2, () =>
      writer.message(1, () => {
        // Duration { int64 seconds = 1; int32 nanos = 2 }.
        writer.varint(1, Math.floor(retryAfterMs / 1000));
        writer.varint(2, Math.round(retryAfterMs % 1000) * 1_000_000);
      }),
    );
  });
  return writer.finish();
}

const timeoutUnitMs: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 0.001,
  n: 0.000001,
};

/** grpc-timeout: at most 8 digits and a unit; undefined when there is none or it is not one. */
export function parseGrpcTimeoutMs(header: string | undefined): number | undefined {
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(header ?? '') ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  return Number(digits) * (timeoutUnitMs[unit] as number);
}
