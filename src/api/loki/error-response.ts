// Errors as Loki answers them: plain text, the message alone.

import { failureHeaders, failureOf } from '#server/failure.ts';
import {
  type HttpRequest,
  type HttpResponse,
  type Route,
  route,
  textResponse,
} from '#server/route.ts';

const statuses: Readonly<Record<string, number>> = {
  // Loki answers an ambiguous match and approx_topk over a range with 500, as of 3.7.
  logql_matching: 500,
  logql_instant_only: 500,
  query_timeout: 504,
  query_canceled: 499,
};

/** A GET and POST endpoint whose errors are plain text. */
export function lokiRoute(
  path: string,
  handle: (request: HttpRequest) => Promise<HttpResponse>,
): Route {
  return route(['GET', 'POST'], path, async (request) => {
    try {
      return await handle(request);
    } catch (error) {
      return lokiFailure(error);
    }
  });
}

/** Throws what nobody expected again. */
export function lokiFailure(error: unknown): HttpResponse {
  const failure = failureOf(error);
  if (failure.isUnexpected) throw error;
  const status = statuses[failure.code] ?? failure.httpStatus;
  const response = textResponse(failure.message, status, failureHeaders(failure));
  return { ...response, errorCode: failure.code };
}
