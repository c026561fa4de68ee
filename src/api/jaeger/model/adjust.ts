// What Jaeger does to a trace before it shows it, unless raw traces are asked for: server spans that
// share their id with a client span (Zipkin's way) get one of their own, clocks of hosts are put
// right or reported, addresses are written with dots, links to nothing go.
// https://www.jaegertracing.io/docs/latest/faq/#why-are-some-spans-clock-skew-adjusted
import { attributeText, attributeTypeOf } from '#model/attribute.ts';
import type { StoredAttributes, StoredSpan } from '#model/stored-span.ts';
import { type AdjustedSpan, asStored } from './adjusted-span.ts';
import { correctClockSkew } from './clock-skew.ts';
import { hexOf, isZero } from './id.ts';

const kindServer = 2;
const kindClient = 3;

export interface AdjustOptions {
  readonly isRaw: boolean;
  /** 0: clocks are left as they are. */
  readonly maxClockSkewMs: number;
}

/** All spans of one trace in, the same spans out, in their order. */
export function adjustTrace(
  spans: readonly StoredSpan[],
  { isRaw, maxClockSkewMs }: AdjustOptions,
): AdjustedSpan[] {
  const stored = spans.map(asStored);
  if (isRaw) return stored;
  const unique = separateSharedIds(stored);
  const inTime = correctClockSkew(unique, BigInt(maxClockSkewMs) * 1_000_000n);
  return inTime.map(({ span, warnings }) => ({ span: tidy(span), warnings }));
}

/** The server side becomes a child of the client side, and what hung below it goes with it. */
function separateSharedIds(spans: readonly AdjustedSpan[]): readonly AdjustedSpan[] {
  const used = new Set(spans.map(({ span }) => hexOf(span.spanId)));
  const clients = new Set(
    spans.filter(({ span }) => span.kind === kindClient).map(({ span }) => hexOf(span.spanId)),
  );
  const replaced = new Map<string, Uint8Array>();
  let next = 0n;
  const newId = (): Uint8Array => {
    do next++;
    while (used.has(next.toString(16).padStart(16, '0')));
    return new Uint8Array(Buffer.from(next.toString(16).padStart(16, '0'), 'hex'));
  };
  const separated = spans.map((adjusted) => {
    const { span } = adjusted;
    const id = hexOf(span.spanId);
    if (span.kind !== kindServer || !clients.has(id)) return adjusted;
    const spanId = newId();
    replaced.set(id, spanId);
    return { ...adjusted, span: { ...span, spanId, parentSpanId: span.spanId } };
  });
  if (replaced.size === 0) return spans;
  return separated.map((adjusted) => {
    const { span } = adjusted;
    const parentSpanId = replaced.get(hexOf(span.parentSpanId));
    if (parentSpanId === undefined || hexOf(parentSpanId) === hexOf(span.spanId)) return adjusted;
    return { ...adjusted, span: { ...span, parentSpanId } };
  });
}

function tidy(span: StoredSpan): StoredSpan {
  const attributes = withDottedAddresses(span.attributes);
  const links = span.links.filter(({ traceId, spanId }) => !isZero(traceId) || !isZero(spanId));
  if (attributes === span.attributes && links.length === span.links.length) return span;
  return { ...span, attributes, links };
}

const addressNames = ['ip', 'peer.ipv4'];

/** An IPv4 address as one number becomes the usual text. */
function withDottedAddresses(attributes: StoredAttributes): StoredAttributes {
  const changed = addressNames.flatMap((name): [string, string][] => {
    const stored = attributes.get(name);
    if (stored === undefined || !['int', 'double'].includes(attributeTypeOf(stored))) return [];
    const value = Math.trunc(Number(attributeText(stored))) >>> 0;
    const parts = [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
    return [[name, parts.join('.')]];
  });
  return changed.length === 0 ? attributes : new Map([...attributes, ...changed]);
}
