// Accept: application/vnd.grafana.llm: traces and values in little text, for language models. Attributes
// are plain objects; the rest has the names and units of OTLP.
// https://grafana.com/docs/tempo/latest/api_docs/#query-v2
import { type AnyValue, toAnyValue } from '#codec/otlp/any-value.ts';
import { groupSpans, hasId, type ResourceGroup } from '#codec/otlp/encode-traces.ts';
import type { StoredAttributes, StoredSpan } from '#model/stored-span.ts';

type Json = Record<string, unknown>;

export const llmType = 'application/vnd.grafana.llm+json';

/** Of a SearchTagValuesV2Response. */
export interface TagValue {
  readonly type: string;
  /** Missing when it is empty. */
  readonly value?: string;
}

export function valuesByType(tagValues: readonly TagValue[]): Json {
  const byType: Record<string, string[]> = {};
  for (const { type, value = '' } of tagValues) {
    byType[type] ??= [];
    byType[type].push(value);
  }
  return { tagValues: byType };
}

export function traceForLlm(spans: readonly StoredSpan[]): Json {
  const [first] = spans;
  if (first === undefined) return {};
  const services = groupSpans(spans).map(serviceJson);
  return { trace: { traceId: hex(first.traceId), services } };
}

function serviceJson({ origin, scopes }: ResourceGroup): Json {
  const { 'service.name': serviceName, ...resource } = attributesJson(origin.resourceAttributes);
  return withoutEmpty({
    serviceName: serviceName ?? '',
    resource,
    scopes: scopes.map((scope) =>
      withoutEmpty({
        name: scope.origin.scopeName,
        version: scope.origin.scopeVersion,
        spans: scope.spans.map(spanJson),
      }),
    ),
  });
}

const kinds = ['', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const codes = ['UNSET', 'OK', 'ERROR'];

function spanJson(span: StoredSpan): Json {
  const kind = kinds[span.kind] ?? '';
  const optional = withoutEmpty({
    parentSpanId: hasId(span.parentSpanId) ? hex(span.parentSpanId) : '',
    kind: kind === '' ? '' : `SPAN_KIND_${kind}`,
    startTimeUnixNano: String(span.startUnixNano),
    endTimeUnixNano: String(span.startUnixNano + span.durationNano),
    durationMs: Number(span.durationNano) / 1e6,
    attributes: attributesJson(span.attributes),
    events: span.events.map((event) => ({
      name: event.name,
      ...withoutEmpty({
        timeUnixNano: String(event.timeUnixNano),
        attributes: attributesJson(event.attributes),
      }),
    })),
    links: span.links.map((link) => ({
      traceId: hex(link.traceId),
      spanId: hex(link.spanId),
      ...withoutEmpty({ attributes: attributesJson(link.attributes) }),
    })),
  });
  const code = `STATUS_CODE_${codes[span.statusCode] ?? span.statusCode}`;
  const status = { code, message: span.statusMessage };
  return { spanId: hex(span.spanId), name: span.name, ...optional, status };
}

const hex = (id: Uint8Array): string => Buffer.from(id).toString('hex');

const attributesJson = (attributes: StoredAttributes): Json =>
  Object.fromEntries([...attributes].map(([name, stored]) => [name, plain(toAnyValue(stored))]));

function plain(value: AnyValue): unknown {
  switch (value.type) {
    case 'string':
      return value.text;
    case 'bytes':
      return Buffer.from(value.text, 'base64').toString('hex');
    case 'int': {
      const number = Number(value.value);
      return Number.isSafeInteger(number) ? number : String(value.value);
    }
    case 'array':
      return value.items.map(plain);
    case 'map':
      return Object.fromEntries(value.entries.map(([name, item]) => [name, plain(item)]));
    case 'empty':
      return null;
    default:
      return value.value;
  }
}

/** Without '', 0, and what has nothing in it. */
const withoutEmpty = (fields: Json): Json =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => {
      if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
      return value !== '' && value !== 0;
    }),
  );
