// POST /otlp/v1/logs as Loki's own port answers it: 204 when the lines are committed, and an error as
// google.rpc.Status in protobuf, whatever the request came in.
// https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs-using-otlp
import { assertLokiExport } from '#codec/otlp/loki-export.ts';
import { encodeStatus } from '#codec/otlp/response.ts';
import { failureHeaders, failureOf } from '#server/failure.ts';
import { grpcStatusCodes } from '#server/grpc-status.ts';
import { type HttpRequest, type HttpResponse, type Route, route } from '#server/route.ts';
import { readExport } from './http.ts';
import type { OtlpIntake } from './intake.ts';

export function lokiOtlpRoute(intake: OtlpIntake): Route {
  return route(['POST'], '/otlp/v1/logs', async (request) => {
    try {
      return await receive(intake, request);
    } catch (error) {
      return failed(error);
    }
  });
}

async function receive(intake: OtlpIntake, request: HttpRequest): Promise<HttpResponse> {
  const rejection = await intake.receive({
    signal: 'logs',
    transport: 'http',
    tenant: request.tenant,
    abort: request.signal,
    read: async () => {
      const bytes = await readExport('logs', request);
      assertLokiExport(bytes);
      return bytes;
    },
  });
  if (!rejection) return { status: 204 };
  return answer(400, grpcStatusCodes.INVALID_ARGUMENT, rejection.message);
}

function failed(error: unknown): HttpResponse {
  const failure = failureOf(error);
  if (failure.isUnexpected) throw error;
  const status = statuses[failure.code] ?? failure.httpStatus;
  const response = answer(status, grpcStatusCodes[failure.grpcStatus], failure.message);
  const headers = { ...response.headers, ...failureHeaders(failure) };
  return { ...response, headers, errorCode: failure.code };
}

/** As of a push. */
const statuses: Readonly<Record<string, number>> = { loki_push_empty: 422, loki_push_rate: 429 };

const answer = (status: number, code: number, message: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/octet-stream' },
  body: encodeStatus({ code, message }),
});
