// A span as the store gives it back: every field that was received, for encoders and pages.
import type { UnixNano } from './unit.ts';

/** By name; values are stored attributes (attribute.ts). */
export type StoredAttributes = ReadonlyMap<string, string>;

/** The scope and the resource that a span came from; spans of one origin share the object. */
export interface StoredOrigin {
  readonly resourceAttributes: StoredAttributes;
  readonly resourceDroppedAttributesCount: number;
  readonly resourceSchemaUrl: string;
  readonly scopeName: string;
  readonly scopeVersion: string;
  readonly scopeAttributes: StoredAttributes;
  readonly scopeDroppedAttributesCount: number;
  readonly scopeSchemaUrl: string;
}

export interface StoredEvent {
  readonly timeUnixNano: UnixNano;
  readonly name: string;
  readonly attributes: StoredAttributes;
  readonly droppedAttributesCount: number;
}

export interface StoredLink {
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly traceState: string;
  readonly flags: number;
  readonly attributes: StoredAttributes;
  readonly droppedAttributesCount: number;
}

export interface StoredSpan {
  readonly origin: StoredOrigin;
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  /** All zeros for a root. */
  readonly parentSpanId: Uint8Array;
  readonly startUnixNano: UnixNano;
  readonly durationNano: bigint;
  readonly name: string;
  /** OTLP's numbers of SpanKind and StatusCode. */
  readonly kind: number;
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly traceState: string;
  readonly flags: number;
  readonly attributes: StoredAttributes;
  readonly droppedAttributesCount: number;
  readonly events: readonly StoredEvent[];
  readonly droppedEventsCount: number;
  readonly links: readonly StoredLink[];
  readonly droppedLinksCount: number;
}
