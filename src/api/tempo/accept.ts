// Which format an answer has: the first of those that the Accept header names, by its weights, and
// that the endpoint can write. JSON for everything else.
import { encodeMessage, type Message, type MessageTable } from '#codec/tempo/message.ts';
import { type HttpRequest, type HttpResponse, jsonResponse } from '#server/route.ts';

export type Format = 'json' | 'protobuf' | 'llm';

const formatOf: Readonly<Record<string, Format>> = {
  'application/json': 'json',
  'application/protobuf': 'protobuf',
  'application/vnd.grafana.llm': 'llm',
};

export function acceptedFormat(
  { headers }: Pick<HttpRequest, 'headers'>,
  offered: readonly Format[],
): Format {
  const wanted = (headers['accept'] ?? '')
    .split(',')
    .map((part) => {
      const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      const weight = parameters.find((text) => text.startsWith('q='))?.slice(2) ?? '1';
      return { format: Object.hasOwn(formatOf, type) ? formatOf[type] : undefined, weight };
    })
    .sort((a, b) => Number(b.weight) - Number(a.weight));
  for (const { format } of wanted) {
    if (format !== undefined && offered.includes(format)) return format;
  }
  return 'json';
}

export const protobufResponse = (
  body: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse => ({
  status: 200,
  headers: { 'content-type': 'application/protobuf', ...headers },
  body,
});

/** In protobuf where the client asks for it. */
export function messageResponse(
  request: Pick<HttpRequest, 'headers'>,
  table: MessageTable,
  message: Message,
  headers: Record<string, string> = {},
): HttpResponse {
  return acceptedFormat(request, ['json', 'protobuf']) === 'protobuf'
    ? protobufResponse(encodeMessage(table, message), headers)
    : jsonResponse(message, 200, headers);
}
