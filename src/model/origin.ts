// Where telemetry came from: its resource and instrumentation scope, and the identities made of them.
import { attributeText } from './attribute.ts';
import { CanonicalBytes, type Pairs } from './canonical.ts';

/** Attribute values are stored attributes; pairs are sorted by key, keys are unique. */
export interface Origin {
  readonly resourceAttributes: Pairs;
  readonly resourceDroppedAttributesCount: number;
  readonly resourceSchemaUrl: string;
  readonly scopeName: string;
  readonly scopeVersion: string;
  readonly scopeAttributes: Pairs;
  readonly scopeDroppedAttributesCount: number;
  readonly scopeSchemaUrl: string;
}

/** The value of a resource attribute as text; '' when it is not there. */
export function resourceText(origin: Origin, key: string): string {
  const found = origin.resourceAttributes.find(([name]) => name === key);
  return found ? attributeText(found[1]) : '';
}

/** otel_scopes.scope_id. Counts of dropped attributes are no part of an identity. */
export function scopeIdBytes(origin: Origin): CanonicalBytes {
  return new CanonicalBytes()
    .pairs(origin.resourceAttributes)
    .text(origin.resourceSchemaUrl)
    .text(origin.scopeName)
    .text(origin.scopeVersion)
    .pairs(origin.scopeAttributes)
    .text(origin.scopeSchemaUrl);
}

/**
 * otel_log_streams.stream_id. `labels` are sorted; a stream without a resource and a scope (Loki's own
 * push) has an origin of nothing.
 */
export function streamIdBytes(labels: Pairs, origin: Origin): CanonicalBytes {
  return new CanonicalBytes()
    .pairs(labels)
    .pairs(origin.resourceAttributes)
    .text(origin.scopeName)
    .text(origin.scopeVersion)
    .pairs(origin.scopeAttributes);
}

/** otel_series.series_id: the Prometheus name and the labels without it, sorted. */
export function seriesIdBytes(name: string, labels: Pairs): CanonicalBytes {
  return new CanonicalBytes().text(name).pairs(labels);
}

export const noOrigin: Origin = {
  resourceAttributes: [],
  resourceDroppedAttributesCount: 0,
  resourceSchemaUrl: '',
  scopeName: '',
  scopeVersion: '',
  scopeAttributes: [],
  scopeDroppedAttributesCount: 0,
  scopeSchemaUrl: '',
};
