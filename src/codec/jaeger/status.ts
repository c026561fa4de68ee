// The status of a span, from the tags that tell it: `error`, `otel.status_code`, `http.status_code`.
// Spec: https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/jaeger/#status
import { attributeText, attributeTypeOf } from '#model/attribute.ts';
import { httpMessage, httpStatus, type SpanStatus } from '../span-values.ts';

const codes: Readonly<Record<string, number>> = { OK: 1, ERROR: 2 };

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
