// Answers of the JSON API; `prettyPrint` makes them readable.
import { type HttpRequest, type HttpResponse, jsonResponse } from '#server/route.ts';

export function answerJson(request: HttpRequest, body: unknown): HttpResponse {
  return isPretty(request) ? textJson(JSON.stringify(body, null, 4)) : jsonResponse(body);
}

export function isPretty({ query }: HttpRequest): boolean {
  const wanted = query.get('prettyPrint') ?? '';
  return wanted !== '' && wanted !== 'false';
}

/** JSON that is text already. */
export const textJson = (body: string): HttpResponse => ({ ...jsonResponse(null), body });
