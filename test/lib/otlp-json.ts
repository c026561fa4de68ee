// Export requests as plain objects in the shape of OTLP JSON, and their bytes: what tests write by hand.
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
import { otlpJsonToProtobuf } from '#codec/otlp/json.ts';
import type { Signal } from '#model/batch.ts';

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** The protobuf bytes of an export request. */
export function encodeOtlp(signal: Signal, request: JsonObject): Uint8Array {
  return otlpJsonToProtobuf(signal, JSON.stringify(request));
}

/** Attributes from a plain object: integers as ints, other numbers as doubles. */
export function attributes(values: JsonObject): Json[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }));
}

export function anyValue(value: Json): JsonObject {
  if (value === null) return {};
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }
  if (isList(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: attributes(value) } };
}

const isList = (value: readonly Json[] | JsonObject): value is readonly Json[] =>
  Array.isArray(value);

export interface OriginJson {
  readonly resource?: JsonObject;
  readonly scope?: JsonObject;
}

/** A request of one resource (by its attributes) and one scope around spans. */
export function tracesOf(spans: readonly Json[], origin: OriginJson = {}): JsonObject {
  return {
    resourceSpans: [{ ...resourceOf(origin), scopeSpans: [{ ...scopeOf(origin), spans }] }],
  };
}

export function logsOf(logRecords: readonly Json[], origin: OriginJson = {}): JsonObject {
  const scopeLogs = [{ ...scopeOf(origin), logRecords }];
  return { resourceLogs: [{ ...resourceOf(origin), scopeLogs }] };
}

export function metricsOf(metrics: readonly Json[], origin: OriginJson = {}): JsonObject {
  const scopeMetrics = [{ ...scopeOf(origin), metrics }];
  return { resourceMetrics: [{ ...resourceOf(origin), scopeMetrics }] };
}

const resourceOf = ({ resource }: OriginJson): JsonObject =>
  resource ? { resource: { attributes: attributes(resource) } } : {};
const scopeOf = ({ scope }: OriginJson): JsonObject => (scope ? { scope } : {});
