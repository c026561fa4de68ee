// Annotations as events, and what OpenTelemetry's exporter for Zipkin makes of events and links as
// events and links again:
//
//   annotation       name|{"key":"value"}|dropped attributes count
//   otlp.link.<n>    trace id|span id|trace state|{"key":"value"}|dropped attributes count
//
// Text that only looks like it stays text.
import { attributeText, toStoredAttribute } from '#model/attribute.ts';
import type { StoredEvent, StoredLink } from '#model/stored-span.ts';
import { nanoOfMicros } from '../span-values.ts';
import { parseHexId } from './hex-id.ts';
import type { ZipkinAnnotation } from './span.ts';

export function takeEvents(annotations: readonly ZipkinAnnotation[]): StoredEvent[] {
  return annotations.map(({ timestampMicros, value }) => {
    const timeUnixNano = nanoOfMicros(timestampMicros);
    const [name = '', ...rest] = value.split('|');
    const parts = rest.length < 2 ? undefined : attributesOf(rest);
    if (!parts) return { timeUnixNano, name: value, attributes: new Map(), ...noneDropped };
    return { timeUnixNano, name, ...parts };
  });
}

const noneDropped = { droppedAttributesCount: 0 } as const;
const linksMax = 128;

/** Takes the tags of links out. */
export function takeLinks(tags: Map<string, string>): StoredLink[] {
  const links: StoredLink[] = [];
  for (let index = 0; index < linksMax; index++) {
    const key = `otlp.link.${index}`;
    const stored = tags.get(key);
    if (stored === undefined) break;
    const [traceIdText = '', spanIdText = '', traceState = '', ...rest] =
      attributeText(stored).split('|');
    const traceId = parseHexId(traceIdText, 16);
    const spanId = parseHexId(spanIdText, 8);
    const parts = rest.length < 2 ? undefined : attributesOf(rest);
    if (!traceId || !spanId || !parts) continue;
    tags.delete(key);
    links.push({ traceId, spanId, traceState, flags: 0, ...parts });
  }
  return links;
}

/** The last part is a count, the others are JSON that may have held a `|`. */
function attributesOf(
  parts: readonly string[],
): { attributes: Map<string, string>; droppedAttributesCount: number } | undefined {
  const count = parts.at(-1) ?? '';
  if (!/^\d{1,9}$/.test(count)) return undefined;
  try {
    const json: unknown = JSON.parse(parts.slice(0, -1).join('|'));
    if (json === null || typeof json !== 'object' || Array.isArray(json)) return undefined;
    const attributes = new Map<string, string>();
    for (const [key, value] of Object.entries(json)) {
      if (value !== null) attributes.set(key, toStoredAttribute(value));
    }
    return { attributes, droppedAttributesCount: Number(count) };
  } catch {
    return undefined;
  }
}
