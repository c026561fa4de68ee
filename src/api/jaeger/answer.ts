// Answers of the JSON API; `prettyPrint` makes them readable.
import { type HttpRequest, type HttpResponse, jsonResponse } from '#server/route.ts';

export function answerJson({ query }: HttpRequest, body: unknown): HttpResponse {
  const wanted = query.get('prettyPrint') ?? '';
  if (wanted === '' || wanted === 'false') return jsonResponse(body);
  return { ...jsonResponse(null), body: JSON.stringify(body, null, 4) };
}
