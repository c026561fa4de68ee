// What a receiver of OTLP answers: the export response, whole or partial, and the status of a failure.
// Spec: https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-response
//
//   Export…ServiceResponse { Export…PartialSuccess partial_success = 1 }
//   Export…PartialSuccess  { int64 rejected_… = 1, string error_message = 2 }
//   google.rpc.Status      { int32 code = 1, string message = 2, google.protobuf.Any details = 3 }
//   google.protobuf.Any    { string type_url = 1, bytes value = 2 }
//   google.rpc.RetryInfo   { google.protobuf.Duration retry_delay = 1 }
//   google.protobuf.Duration { int64 seconds = 1, int32 nanos = 2 }
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import type { Rejection, Signal } from '#model/batch.ts';

const retryInfoType = 'type.googleapis.com/google.rpc.RetryInfo';

const rejectedNames: Readonly<Record<Signal, string>> = {
  traces: 'rejectedSpans',
  metrics: 'rejectedDataPoints',
  logs: 'rejectedLogRecords',
};

/** The response in protobuf, which is the same for all signals. */
export function encodeExportResponse(rejection: Rejection | undefined): Uint8Array {
  const writer = new ProtobufWriter();
  if (rejection !== undefined) {
    writer.message(1, () => {
      if (rejection.count > 0) writer.varint(1, rejection.count);
      writer.text(2, rejection.message);
    });
  }
  return writer.finish();
}

/** The response in JSON; with nothing rejected the empty field that the Collector answers with. */
export function encodeExportResponseJson(signal: Signal, rejection: Rejection | undefined): string {
  if (rejection === undefined) return '{"partialSuccess":{}}';
  const partialSuccess = {
    [rejectedNames[signal]]: String(rejection.count),
    errorMessage: rejection.message,
  };
  return JSON.stringify({ partialSuccess });
}

export interface Status {
  /** A gRPC code: https://grpc.io/docs/guides/status-codes/ */
  readonly code: number;
  readonly message: string;
  /** When the same may be sent again; a retryable failure without it leaves that to the sender. */
  readonly retryAfterMs?: number | undefined;
}

/** google.rpc.Status in protobuf: the body of an HTTP error, and gRPC's grpc-status-details-bin. */
export function encodeStatus(status: Status): Uint8Array {
  const writer = new ProtobufWriter();
  writer.varint(1, status.code);
  writer.text(2, status.message);
  const { retryAfterMs } = status;
  if (retryAfterMs !== undefined) {
    writer.message(3, () => {
      writer.text(1, retryInfoType);
      writer.message(2, () => {
        writer.message(1, () => {
          writer.varint(1, Math.floor(retryAfterMs / 1000));
          writer.varint(2, Math.round((retryAfterMs % 1000) * 1e6));
        });
      });
    });
  }
  return writer.finish();
}

/** google.rpc.Status in JSON. */
export function encodeStatusJson(status: Status): string {
  const { code, message, retryAfterMs } = status;
  const retryInfo = retryAfterMs !== undefined && {
    details: [{ '@type': retryInfoType, retryDelay: `${(retryAfterMs / 1000).toFixed(3)}s` }],
  };
  return JSON.stringify({ code, message, ...retryInfo });
}
