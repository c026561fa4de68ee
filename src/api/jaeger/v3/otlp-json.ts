// Spans as the JSON of OTLP: as codec/otlp writes it, but with ids in hexadecimal and enums as
// numbers, which is OTLP's own mapping.
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
import { tracesToJson } from '#codec/otlp/encode-traces-json.ts';
import type { StoredSpan } from '#model/stored-span.ts';

type Json = Record<string, unknown>;

const kindNumbers = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const codeNumbers: Record<string, number> = { STATUS_CODE_OK: 1, STATUS_CODE_ERROR: 2 };

/** The list of ResourceSpans. */
export function resourceSpansJson(spans: readonly StoredSpan[]): Json[] {
  return tracesToJson(spans).map((resource) => ({
    ...resource,
    scopeSpans: listOf(resource['scopeSpans']).map((scope) => ({
      ...scope,
      spans: listOf(scope['spans']).map(spanJson),
    })),
  }));
}

const listOf = (value: unknown): Json[] => (value ?? []) as Json[];

function spanJson(span: Json): Json {
  const { links, kind, status } = span;
  const kindNumber =
    typeof kind === 'string' ? kindNumbers.indexOf(kind.replace('SPAN_KIND_', '')) : kind;
  return {
    ...span,
    ...hexIds(span),
    ...(kind === undefined ? {} : { kind: kindNumber }),
    ...(links === undefined
      ? {}
      : { links: listOf(links).map((link) => ({ ...link, ...hexIds(link) })) }),
    ...(status === undefined ? {} : { status: statusJson(status as Json) }),
  };
}

function statusJson(status: Json): Json {
  const { code } = status;
  return typeof code === 'string' ? { ...status, code: codeNumbers[code] ?? 0 } : status;
}

function hexIds(fields: Json): Json {
  const names = ['traceId', 'spanId', 'parentSpanId'].filter((name) => name in fields);
  return Object.fromEntries(
    names.map((name) => [name, Buffer.from(String(fields[name]), 'base64').toString('hex')]),
  );
}
