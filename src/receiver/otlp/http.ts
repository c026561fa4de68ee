// OTLP over HTTP: POST /v1/{traces,metrics,logs} as protobuf or JSON, answered in kind.
// Spec: https://opentelemetry.io/docs/specs/otlp/#otlphttp
import { otlpJsonToProtobuf } from '#codec/otlp/json.ts';
import {
  encodeExportResponse,
  encodeExportResponseJson,
  encodeStatus,
  encodeStatusJson,
} from '#codec/otlp/response.ts';
import { InputError } from '#lib/errors.ts';
import { hasMoreJsonValues, jsonValuesMax } from '#lib/json-values.ts';
import type { Signal } from '#model/batch.ts';
import { failureHeaders, failureOf } from '#server/failure.ts';
import { grpcStatusCodes } from '#server/grpc-status.ts';
import {
  type HttpRequest,
  type HttpResponse,
  jsonResponse,
  probe,
  type Route,
  route,
} from '#server/route.ts';
import type { OtlpIntake } from './intake.ts';

const signals: readonly Signal[] = ['traces', 'metrics', 'logs'];

const protobuf = 'application/x-protobuf';
const json = 'application/json';

export function otlpRoutes(intake: OtlpIntake): readonly Route[] {
  return [
    ...signals.map((signal) =>
      route(['POST'], `/v1/${signal}`, (request) => receive(intake, signal, request)),
    ),
    probe('/health', () => jsonResponse({ status: 'ok' })),
  ];
}

async function receive(
  intake: OtlpIntake,
  signal: Signal,
  request: HttpRequest,
): Promise<HttpResponse> {
  const isJson = mediaTypeOf(request) === json;
  try {
    const rejection = await intake.receive({
      signal,
      transport: 'http',
      tenant: request.tenant,
      abort: request.signal,
      read: () => readExport(signal, request),
    });
    if (isJson) {
      return answer(200, json, encodeExportResponseJson(signal, rejection));
    }
    return answer(200, protobuf, encodeExportResponse(rejection));
  } catch (error) {
    return failed(error, isJson);
  }
}

/** The body as a protobuf message. Throws InputError `http_*`, `otlp_malformed_json`. */
export async function readExport(signal: Signal, request: HttpRequest): Promise<Uint8Array> {
  const contentType = mediaTypeOf(request);
  if (contentType === protobuf || contentType === 'application/protobuf') return request.body();
  if (contentType === json) return otlpJsonToProtobuf(signal, decodeText(await request.body()));
  throw new InputError(
    'http_unsupported_content_type',
    `cannot take a body of Content-Type '${contentType.slice(0, 100)}'`,
    { hint: `Send ${protobuf} or ${json}.` },
  );
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeText(bytes: Uint8Array): string {
  if (hasMoreJsonValues(bytes)) {
    const message = `the body has more than ${jsonValuesMax} JSON values`;
    throw new InputError('http_body_too_large', message, {
      hint: `Send smaller batches, or ${protobuf}.`,
    });
  }
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    const message = 'cannot decode the body: it is not valid UTF-8';
    throw new InputError('otlp_malformed_json', message, { cause });
  }
}

/** A failure as google.rpc.Status; one that is not ours to word is left to the server. */
function failed(error: unknown, isJson: boolean): HttpResponse {
  const failure = failureOf(error);
  if (failure.isUnexpected) throw error;
  const code = grpcStatusCodes[failure.grpcStatus];
  const message = failure.hint ? `${failure.message}. ${failure.hint}` : failure.message;
  const status = { code, message, retryAfterMs: failure.retryAfterMs };
  const body = isJson ? encodeStatusJson(status) : encodeStatus(status);
  const response = answer(failure.httpStatus, isJson ? json : protobuf, body);
  const headers = { ...response.headers, ...failureHeaders(failure) };
  return { ...response, headers, errorCode: failure.code };
}

const answer = (status: number, type: string, body: string | Uint8Array): HttpResponse => ({
  status,
  headers: { 'content-type': type },
  body,
});

/** Without parameters (`; charset=utf-8`), in lower case. */
const mediaTypeOf = (request: HttpRequest): string =>
  (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
