// The status of a span, from the tags that tell it: `error`, `otel.status_code`, `http.status_code`.
// Spec: https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/jaeger/#status
import { attributeText, attributeTypeOf } from '#model/attribute.ts';

export interface SpanStatus {
  /** OTLP's: 0 unset, 1 ok, 2 error. */
  readonly code: number;
  readonly message: string;
}

const unset: SpanStatus = { code: 0, message: '' };
const codes: Readonly<Record<string, number>> = { OK: 1, ERROR: 2 };
const server = 2;

/** Takes the tags out that say nothing else. `kind` is OTLP's. */
export function statusOf(tags: Map<string, string>, kind: number): SpanStatus {
  const isError = isTrue(tags.get('error'));
  const given = tags.get('otel.status_code');
  tags.delete('otel.status_code');
  if (isError) {
    tags.delete('error');
    return { code: 2, message: takeMessage(tags) ?? httpMessage(tags) };
  }
  if (given !== undefined) {
    const code = codes[attributeText(given).toUpperCase()] ?? 0;
    return { code, message: takeMessage(tags) ?? '' };
  }
  return httpStatus(tags, kind);
}

/** Some clients send it as text. */
const isTrue = (stored: string | undefined): boolean =>
  stored !== undefined && ['bool', 'string'].includes(attributeTypeOf(stored))
    ? attributeText(stored) === 'true'
    : false;

function takeMessage(tags: Map<string, string>): string | undefined {
  const message = tags.get('otel.status_description');
  tags.delete('otel.status_description');
  return message === undefined ? undefined : attributeText(message);
}

const httpMessage = (tags: ReadonlyMap<string, string>): string =>
  attributeText(tags.get('http.status_message') ?? '');

/** What HTTP calls an error, with the client's mistakes being none of the server's. */
function httpStatus(tags: ReadonlyMap<string, string>, kind: number): SpanStatus {
  const stored = tags.get('http.status_code');
  if (stored === undefined || !['int', 'string'].includes(attributeTypeOf(stored))) return unset;
  const text = attributeText(stored);
  if (!/^[+-]?\d+$/.test(text)) return unset;
  const code = Number(text);
  if (code >= 100 && code < 400) return unset;
  if (kind === server && code >= 400 && code < 500) return unset;
  return { code: 2, message: httpMessage(tags) };
}
