// Properties of the decoders of Jaeger's and Zipkin's spans: what they make of what was sent, and what
// they do with bytes that nobody should send.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePostSpans } from '#codec/jaeger/post-spans.ts';
import { decodeAgentMessage, decodeThriftBatch } from '#codec/jaeger/thrift.ts';
import { decodeTraces } from '#codec/otlp/decode.ts';
import { encodeTraces } from '#codec/otlp/encode-traces.ts';
import { decodeZipkinJson } from '#codec/zipkin/json.ts';
import { decodeZipkinProtobuf } from '#codec/zipkin/protobuf.ts';
import { decodeZipkinThrift, readZipkinList } from '#codec/zipkin/thrift.ts';
import { InputError } from '#lib/errors.ts';
import type { StoredSpan } from '#model/stored-span.ts';
import { contextOf } from '../lib/decode-otlp.ts';
import { postSpansRequest, spanIdBytes, traceIdBytes } from '../lib/jaeger-proto.ts';
import { batchFields, type SpanInput } from '../lib/jaeger-thrift.ts';
import { compactMessage, writeBinary, writeCompact } from '../lib/thrift-writer.ts';

const nowNano = 1_700_000_000_000_000_000n;

type Decode = (bytes: Uint8Array) => readonly StoredSpan[];
const decoders: Record<string, Decode> = {
  'jaeger binary': (bytes) => decodeThriftBatch(bytes),
  'jaeger compact': (bytes) => decodeThriftBatch(bytes, true),
  'jaeger agent': (bytes) =>
    decodeAgentMessage(bytes, (reader) => readZipkinList(reader, nowNano).spans),
  'jaeger protobuf': decodePostSpans,
  'zipkin thrift': (bytes) => decodeZipkinThrift(bytes, nowNano).spans,
  'zipkin protobuf': (bytes) => decodeZipkinProtobuf(bytes, nowNano).spans,
  'zipkin json': (bytes) => decodeZipkinJson(Buffer.from(bytes).toString('utf8'), 2, nowNano).spans,
};
const names = fc.constantFrom(...Object.keys(decoders));

/** Decodes, or is undefined when the bytes are refused as they should be. */
function tryDecode(name: string, bytes: Uint8Array): readonly StoredSpan[] | undefined {
  try {
    return decoders[name]?.(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return undefined;
  }
}

/** What was decoded is an export request of so many spans, of which some may be rejected. */
function checkSpans(spans: readonly StoredSpan[]): void {
  const { batch, rejection } = decodeTraces(encodeTraces(spans), contextOf());
  expect(batch.items + (rejection?.count ?? 0)).toBe(spans.length);
}

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const tags = fc.dictionary(
  text,
  fc.oneof(text, fc.boolean(), int64, fc.double(), fc.uint8Array({ maxLength: 9 })),
  { maxKeys: 5, noNullPrototype: true },
);
const span: fc.Arbitrary<SpanInput> = fc.record({
  traceIdLow: int64,
  traceIdHigh: int64,
  spanId: int64,
  parentSpanId: int64,
  operationName: text,
  flags: fc.integer(),
  startMicros: int64,
  durationMicros: int64,
  tags,
  logs: fc.array(fc.tuple(int64, tags), { maxLength: 3 }),
});
const spans = fc.array(span, { maxLength: 20 });

function bodyOf(name: string, list: readonly SpanInput[]): Uint8Array {
  const struct = batchFields('svc', list, { zone: 'a' });
  if (name === 'jaeger compact') return writeCompact({ struct });
  if (name === 'jaeger agent') return compactMessage('emitBatch', { 1: { struct } });
  if (name === 'jaeger protobuf') {
    const proto = list.map(({ traceIdLow = 0n, spanId = 0n, tags: given = {}, logs = [] }) => ({
      traceId: traceIdBytes(1n, BigInt.asUintN(64, traceIdLow)),
      spanId: spanIdBytes(BigInt.asUintN(64, spanId)),
      ...{ operationName: 'op', startNano: nowNano, durationNano: 5n, tags: given, logs },
    }));
    return postSpansRequest(proto, { serviceName: 'svc' });
  }
  if (name === 'zipkin json') {
    return Buffer.from(
      JSON.stringify(
        list.map(({ operationName }) => ({
          name: operationName,
          id: '1',
          traceId: '2',
          tags: { a: 'b' },
        })),
      ),
    );
  }
  return writeBinary({ struct });
}

describe('the decoders of Jaeger and Zipkin', () => {
  it('answer random bytes with spans or an InputError', () => {
    fc.assert(
      fc.property(names, fc.uint8Array({ maxLength: 200 }), (name, bytes) => {
        const decoded = tryDecode(name, bytes);
        if (decoded) checkSpans(decoded);
      }),
    );
  });

  it('answer damaged bodies with spans or an InputError', () => {
    const damage = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(names, spans, damage, (name, list, changes) => {
        const bytes = Uint8Array.from(bodyOf(name, list));
        for (const [place, value] of changes) {
          bytes[Math.floor(place * (bytes.length - 1))] = value;
        }
        const decoded = tryDecode(name, bytes);
        if (!decoded) return;
        // A tag says something in nine bytes at least; whatever is smaller is not taken.
        expect(decoded.length).toBeLessThan(1001 + bytes.length / 4);
        checkSpans(decoded);
      }),
    );
  });

  it('make the same of a batch in both protocols of Thrift', () => {
    fc.assert(
      fc.property(spans, (list) => {
        const binary = decodeThriftBatch(bodyOf('jaeger binary', list));
        expect(decodeThriftBatch(bodyOf('jaeger compact', list), true)).toEqual(binary);
        expect(binary).toHaveLength(list.length);
      }),
    );
  });

  it('keep ids, names and times of Jaeger', () => {
    fc.assert(
      fc.property(spans, (list) => {
        const decoded = decodeThriftBatch(bodyOf('jaeger compact', list), true);
        const expected = list.map(
          ({ traceIdHigh = 0n, traceIdLow = 0n, spanId = 0n, operationName }) => ({
            name: operationName,
            traceId: traceIdBytes(BigInt.asUintN(64, traceIdHigh), BigInt.asUintN(64, traceIdLow)),
            spanId: spanIdBytes(BigInt.asUintN(64, spanId)),
          }),
        );
        const found = decoded.map(({ name, traceId, spanId }) => ({
          name,
          traceId: Buffer.from(traceId),
          spanId: Buffer.from(spanId),
        }));
        expect(found).toEqual(expected);
        checkSpans(decoded);
      }),
    );
  });

  it('take every item of Zipkin JSON, or count it', () => {
    const junk = fc.oneof(
      fc.jsonValue(),
      fc.record({ traceId: text, id: text, name: fc.jsonValue() }),
    );
    const good = fc.record({
      traceId: fc.string({
        unit: fc.constantFrom(...'123456789abcdefABCDEF'),
        minLength: 1,
        maxLength: 32,
      }),
      id: fc.string({ unit: fc.constantFrom(...'123456789abcdef'), minLength: 1, maxLength: 16 }),
      timestamp: fc.maxSafeInteger().map(Math.abs),
      duration: fc.maxSafeInteger().map(Math.abs),
      kind: fc.constantFrom('CLIENT', 'SERVER', 'PRODUCER', 'CONSUMER'),
      tags: fc.dictionary(text, text, { noNullPrototype: true }),
      annotations: fc.array(fc.record({ timestamp: fc.nat(), value: text }), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(
        fc.array(good, { maxLength: 9 }),
        fc.array(junk, { maxLength: 5 }),
        (list, others) => {
          const flat = others.flatMap((item) => (Array.isArray(item) ? item : [item]));
          const body = JSON.stringify([...list, ...others]);
          const { spans: taken, rejected } = decodeZipkinJson(body, 2, nowNano);
          expect(taken.length + (rejected?.count ?? 0)).toBe(list.length + flat.length);
          expect(taken.length).toBeGreaterThanOrEqual(list.length);
          checkSpans(taken);
        },
      ),
    );
  });
});
