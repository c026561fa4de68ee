// What receivers of spans in other protocols share: stored spans as an export request, and the answers
// of HTTP. One decoder (codec/otlp) checks ids, ages and sizes of all of them.
import { encodeTraces } from '#codec/otlp/encode-traces.ts';
import type { Rejection } from '#model/batch.ts';
import type { StoredSpan } from '#model/stored-span.ts';
import { failureHeaders, failureOf } from '#server/failure.ts';
import { type HttpRequest, type HttpResponse, textResponse } from '#server/route.ts';
import type { ConvertedExport, OtlpIntake } from './otlp/intake.ts';

/** Takes spans on, whatever protocol they came in. */
export type SpanIntake = OtlpIntake;

/** `rejected` is what the sender's spans lost on the way to stored ones, with the first reason. */
export function convertedExport(
  spans: readonly StoredSpan[],
  rejected?: { readonly count: number; readonly message: string },
): ConvertedExport {
  const rejection = rejected && {
    count: rejected.count,
    message: `${rejected.count} of ${rejected.count + spans.length} spans cannot be decoded: ${rejected.message}`,
    reasons: new Map([['malformed', rejected.count]]),
  };
  return { bytes: encodeTraces(spans), rejection };
}

/** 202 without a body, or 400 with what was not taken; the others are committed then, too. */
export function spansAnswer(rejection: Rejection | undefined): HttpResponse {
  // A message without a count is a warning, which there is no place for.
  if (!rejection || rejection.count === 0) return { status: 202 };
  return textResponse(`${rejection.message}; all other spans are stored\n`, 400);
}

/** The message as text; what is not ours to word is left to the server. */
export function spansFailure(error: unknown): HttpResponse {
  const failure = failureOf(error);
  if (failure.isUnexpected) throw error;
  const text = failure.hint ? `${failure.message}. ${failure.hint}` : failure.message;
  const response = textResponse(`${text}\n`, failure.httpStatus, failureHeaders(failure));
  return { ...response, errorCode: failure.code };
}

/** Without parameters (`; charset=utf-8`), in lower case; '' where it is missing. */
export const mediaTypeOf = ({ headers }: HttpRequest): string =>
  (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
