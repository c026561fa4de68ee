// Batches of jaeger.thrift as descriptions for thrift-writer.ts, written from the IDL.
// https://github.com/jaegertracing/jaeger-idl/blob/main/thrift/jaeger.thrift
import type { ThriftFields, ThriftValue } from './thrift-writer.ts';

export type TagInput = string | number | boolean | bigint | Uint8Array;

/** Whole numbers are doubles, bigints are longs. */
export function tag(key: string, value: TagInput): ThriftValue {
  const struct = (type: number, id: number, field: ThriftValue): ThriftValue => ({
    struct: { 1: { string: key }, 2: { i32: type }, [id]: field },
  });
  if (typeof value === 'string') return struct(0, 3, { string: value });
  if (typeof value === 'number') return struct(1, 4, { double: value });
  if (typeof value === 'boolean') return struct(2, 5, { bool: value });
  if (typeof value === 'bigint') return struct(3, 6, { i64: value });
  return struct(4, 7, { string: value });
}

export const tags = (values: Readonly<Record<string, TagInput>>): ThriftValue => ({
  list: Object.entries(values).map(([key, value]) => tag(key, value)),
});

export interface SpanInput {
  readonly traceIdLow?: bigint;
  readonly traceIdHigh?: bigint;
  readonly spanId?: bigint;
  readonly parentSpanId?: bigint;
  readonly operationName?: string;
  readonly references?: readonly ThriftFields[];
  readonly flags?: number;
  readonly startMicros?: bigint;
  readonly durationMicros?: bigint;
  readonly tags?: Readonly<Record<string, TagInput>>;
  readonly logs?: readonly (readonly [bigint, Readonly<Record<string, TagInput>>])[];
}

export function spanFields(span: SpanInput): ThriftFields {
  return {
    1: { i64: span.traceIdLow ?? 0x0102030405060708n },
    2: { i64: span.traceIdHigh ?? 0n },
    3: { i64: span.spanId ?? 5n },
    4: { i64: span.parentSpanId ?? 0n },
    5: { string: span.operationName ?? 'op' },
    ...(span.references && { 6: { list: span.references.map((struct) => ({ struct })) } }),
    7: { i32: span.flags ?? 1 },
    8: { i64: span.startMicros ?? 1_700_000_000_000_001n },
    9: { i64: span.durationMicros ?? 1500n },
    ...(span.tags && { 10: tags(span.tags) }),
    ...(span.logs && {
      11: {
        list: span.logs.map(([time, fields]) => ({
          struct: { 1: { i64: time }, 2: tags(fields) },
        })),
      },
    }),
  };
}

export function reference(isChildOf: boolean, low: bigint, spanId: bigint): ThriftFields {
  return { 1: { i32: isChildOf ? 0 : 1 }, 2: { i64: low }, 3: { i64: 0n }, 4: { i64: spanId } };
}

export function batchFields(
  serviceName: string,
  spans: readonly SpanInput[],
  processTags: Readonly<Record<string, TagInput>> = {},
): ThriftFields {
  return {
    1: { struct: { 1: { string: serviceName }, 2: tags(processTags) } },
    2: { list: spans.map((span) => ({ struct: spanFields(span) })) },
  };
}
