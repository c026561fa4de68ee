import { describe, expect, it } from 'vitest';
import { InputError } from '#lib/errors.ts';
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import {
  type ProtoSpan,
  postSpansRequest,
  spanIdBytes,
  traceIdBytes,
} from '../../../test/lib/jaeger-proto.ts';
import { encodeTraces } from '../otlp/encode-traces.ts';
import { decodePostSpans } from './post-spans.ts';

const hex = (id: Uint8Array | undefined): string => Buffer.from(id ?? []).toString('hex');
const plain = (map: ReadonlyMap<string, string> | undefined) => Object.fromEntries(map ?? []);

const everything: ProtoSpan = {
  traceId: traceIdBytes(1n, 2n),
  spanId: spanIdBytes(3n),
  operationName: 'op',
  references: [
    { traceId: traceIdBytes(9n, 9n), spanId: spanIdBytes(8n), isChildOf: true },
    { traceId: traceIdBytes(1n, 2n), spanId: spanIdBytes(7n), isChildOf: true },
    { traceId: traceIdBytes(1n, 2n), spanId: spanIdBytes(6n), isChildOf: false },
  ],
  flags: 1,
  startNano: 1_700_000_000_123_456_789n,
  durationNano: 2_000_000_003n,
  tags: { text: 'é', yes: true, long: -5n, double: 2, bytes: Buffer.from([1]) },
  logs: [[1_700_000_000_123_456_790n, { event: 'x', n: 1n }]],
};

describe('PostSpans', () => {
  it('keeps every field', () => {
    const [span, ...others] = decodePostSpans(
      postSpansRequest([everything], { serviceName: 'svc', tags: { zone: 'a' } }),
    );
    expect(others).toEqual([]);
    expect([hex(span?.traceId), hex(span?.spanId), hex(span?.parentSpanId)]).toEqual([
      '00000000000000010000000000000002',
      '0000000000000003',
      '0000000000000007',
    ]);
    expect(span).toMatchObject({
      name: 'op',
      flags: 1,
      startUnixNano: 1_700_000_000_123_456_789n,
      durationNano: 2_000_000_003n,
      events: [
        {
          timeUnixNano: 1_700_000_000_123_456_790n,
          name: 'x',
          attributes: new Map([['n', '\x021']]),
        },
      ],
    });
    expect(span?.links.map(({ spanId, attributes }) => [hex(spanId), plain(attributes)])).toEqual([
      ['0000000000000008', { 'opentracing.ref_type': 'child_of' }],
      ['0000000000000006', { 'opentracing.ref_type': 'follows_from' }],
    ]);
    expect(plain(span?.attributes)).toEqual({
      text: 'é',
      yes: '\x01true',
      long: '\x02-5',
      double: '\x032',
      bytes: '\x04AQ==',
    });
    expect(plain(span?.origin.resourceAttributes)).toEqual({ 'service.name': 'svc', zone: 'a' });
  });

  it('looks at the process of a batch once, however large it is and however many spans there are', () => {
    const tags = { 'otel.scope.name': 'a' };
    const many = Array.from({ length: 20_000 }, (_, i) => ({
      ...{ traceId: traceIdBytes(1n, 2n), spanId: spanIdBytes(BigInt(i + 1)), operationName: '' },
      ...{
        startNano: 1n,
        durationNano: 1n,
        tags: i % 20 === 0 ? { 'otel.scope.name': `${i}` } : tags,
      },
    }));
    const process = { serviceName: 'svc', tags: { large: 'x'.repeat(4 << 20) } };
    const body = postSpansRequest(many, process);
    const startedMs = performance.now();
    expect(encodeTraces(decodePostSpans(body)).length).toBeGreaterThan(4 << 20);
    expect(performance.now() - startedMs).toBeLessThan(5000);
  });

  it('takes the process of a span before that of its batch', () => {
    const spans = decodePostSpans(
      postSpansRequest(
        [
          { ...everything, process: { serviceName: 'own' } },
          { ...everything, spanId: spanIdBytes(4n) },
        ],
        { serviceName: 'batch' },
      ),
    );
    const services = spans.map(({ spanId, origin }) => [
      hex(spanId).at(-1),
      origin.resourceAttributes.get('service.name'),
    ]);
    expect(services.sort()).toEqual([
      ['3', 'own'],
      ['4', 'batch'],
    ]);
  });

  it('fills up ids of 64 bits', () => {
    const [span] = decodePostSpans(
      postSpansRequest([{ ...everything, traceId: spanIdBytes(2n) }], undefined),
    );
    expect(hex(span?.traceId)).toBe('00000000000000000000000000000002');
    expect(span?.origin.resourceAttributes.size).toBe(0);
  });

  it('is refused with the byte and the span, wherever it is cut', () => {
    const whole = postSpansRequest([everything, everything], { serviceName: 'svc' });
    for (let size = 1; size < whole.length; size++) {
      expect(() => decodePostSpans(whole.subarray(0, size)), `${size}`).toThrow(InputError);
    }
    const bad = postSpansRequest([everything, everything], undefined);
    bad[bad.length - 1] = 0xff;
    expect(() => decodePostSpans(bad)).toThrow(/at byte \d+ \(batch\.spans\[1\]\)$/);
  });

  it('refuses a million empty spans', () => {
    const writer = new ProtobufWriter();
    writer.bytes(1, Buffer.alloc(2_000_000, Buffer.from([0x0a, 0x00])));
    expect(() => decodePostSpans(writer.finish())).toThrow('too many parts');
  });
});
