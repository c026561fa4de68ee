import { describe, expect, it } from 'vitest';
import { InputError } from '#lib/errors.ts';
import type { StoredSpan } from '#model/stored-span.ts';
import { batchFields, reference, type SpanInput } from '../../../test/lib/jaeger-thrift.ts';
import {
  binaryMessage,
  compactMessage,
  type ThriftFields,
  writeBinary,
  writeCompact,
} from '../../../test/lib/thrift-writer.ts';
import { decodeAgentMessage, decodeThriftBatch } from './thrift.ts';

const decode = (spans: readonly SpanInput[], processTags = {}): StoredSpan[] =>
  decodeThriftBatch(writeBinary({ struct: batchFields('api', spans, processTags) }));
const decodeOne = (span: SpanInput): StoredSpan => decode([span])[0] as StoredSpan;
const hex = (id: Uint8Array | undefined): string => Buffer.from(id ?? []).toString('hex');
const plain = (map: ReadonlyMap<string, string> | undefined) => Object.fromEntries(map ?? []);

const everything: SpanInput = {
  traceIdLow: 0x1112131415161718n,
  traceIdHigh: -1n,
  spanId: -2n,
  parentSpanId: 3n,
  operationName: 'GET /',
  references: [reference(true, 9n, 3n), reference(false, 9n, 4n)],
  flags: 3,
  startMicros: 1_700_000_000_123_456n,
  durationMicros: 77n,
  tags: {
    text: 'é',
    on: true,
    off: false,
    long: -(2n ** 63n),
    double: 5,
    bytes: Buffer.from([0, 255]),
    'span.kind': 'server',
    'otel.scope.name': 'lib',
    'otel.scope.version': '1.2',
    'w3c.tracestate': 'a=1',
  },
  logs: [
    [1_700_000_000_123_460n, { event: 'retry', attempt: 2n }],
    [1_700_000_000_123_461n, { message: 'said' }],
  ],
};

const protocols: [string, (fields: ThriftFields) => StoredSpan[]][] = [
  ['binary', (struct) => decodeThriftBatch(writeBinary({ struct }))],
  ['compact', (struct) => decodeThriftBatch(writeCompact({ struct }), true)],
];

describe.each(protocols)('a batch in the %s protocol', (_, decodeFields) => {
  it('keeps every field', () => {
    const processTags = { hostname: 'h1', 'jaeger.version': 'Go-2.30', zone: 'a' };
    const [span, ...others] = decodeFields(batchFields('api', [everything], processTags));
    expect(others).toEqual([]);
    expect([hex(span?.traceId), hex(span?.spanId), hex(span?.parentSpanId)]).toEqual([
      'ffffffffffffffff1112131415161718',
      'fffffffffffffffe',
      '0000000000000003',
    ]);
    expect(span).toMatchObject({
      name: 'GET /',
      kind: 2,
      flags: 1,
      startUnixNano: 1_700_000_000_123_456_000n,
      durationNano: 77_000n,
      traceState: 'a=1',
      statusCode: 0,
    });
    expect(plain(span?.attributes)).toEqual({
      text: 'é',
      on: '\x01true',
      off: '\x01false',
      long: '\x02-9223372036854775808',
      double: '\x035',
      bytes: '\x04AP8=',
    });
    expect(plain(span?.origin.resourceAttributes)).toEqual({
      'service.name': 'api',
      'host.name': 'h1',
      'opencensus.exporterversion': 'Jaeger-Go-2.30',
      zone: 'a',
    });
    expect([span?.origin.scopeName, span?.origin.scopeVersion]).toEqual(['lib', '1.2']);
    expect(
      span?.events.map(({ timeUnixNano, name, attributes }) => [
        timeUnixNano,
        name,
        plain(attributes),
      ]),
    ).toEqual([
      [1_700_000_000_123_460_000n, 'retry', { attempt: '\x022' }],
      [1_700_000_000_123_461_000n, 'said', { message: 'said' }],
    ]);
    expect(span?.links.map(({ spanId, attributes }) => [hex(spanId), plain(attributes)])).toEqual([
      ['0000000000000004', { 'opentracing.ref_type': 'follows_from' }],
    ]);
  });

  it('passes over fields that it does not know', () => {
    const known = batchFields('api', [{}]);
    const fields: ThriftFields = {
      ...known,
      3: { i64: 7n },
      4: { struct: { 1: { i64: 1n }, 2: { list: [{ bool: true }, { bool: false }] } } },
      40: { list: [{ list: [{ double: 1 }] }, { list: [{ double: 2 }] }] },
      41: { bool: true },
      42: { byte: -1 },
      43: { i16: 300 },
      900: { string: 'later' },
    };
    expect(decodeFields(fields)).toHaveLength(1);
  });
});

describe('the parent of a span', () => {
  const cases: [string, SpanInput, string, number][] = [
    ['is what it says', { parentSpanId: 7n, references: [reference(true, 1n, 8n)] }, '07', 1],
    [
      'is its first CHILD_OF of the trace',
      {
        traceIdLow: 1n,
        references: [reference(false, 1n, 6n), reference(true, 2n, 9n), reference(true, 1n, 8n)],
      },
      '08',
      2,
    ],
    [
      'is its first FOLLOWS_FROM of the trace where there is no CHILD_OF, which stays a link',
      { traceIdLow: 1n, references: [reference(false, 1n, 6n)] },
      '06',
      1,
    ],
    [
      'is none where all references are of other traces',
      { traceIdLow: 1n, references: [reference(true, 2n, 6n)] },
      '00',
      1,
    ],
  ];
  it.each(cases)('%s', (_, input, parent, links) => {
    const span = decodeOne(input);
    expect(hex(span.parentSpanId)).toBe(parent.padStart(16, '0'));
    expect(span.links).toHaveLength(links);
  });
});

describe('the status of a span', () => {
  const cases: [string, NonNullable<SpanInput['tags']>, [number, string], string[]][] = [
    ['error', { error: true }, [2, ''], []],
    ['error as text', { error: 'true' }, [2, ''], []],
    ['no error', { error: false }, [0, ''], ['error']],
    [
      'error with a description',
      { error: true, 'otel.status_description': 'boom' },
      [2, 'boom'],
      [],
    ],
    ['error before a status code', { error: true, 'otel.status_code': 'OK' }, [2, ''], []],
    ['status code', { 'otel.status_code': 'ok' }, [1, ''], []],
    [
      'status code with a description',
      { 'otel.status_code': 'ERROR', 'otel.status_description': 'boom' },
      [2, 'boom'],
      [],
    ],
    [
      'HTTP 500',
      { 'http.status_code': 500n, 'http.status_message': 'Oops' },
      [2, 'Oops'],
      ['http.status_code', 'http.status_message'],
    ],
    ['HTTP 404 of nobody', { 'http.status_code': '404' }, [2, ''], ['http.status_code']],
    [
      'HTTP 404 of a server',
      { 'http.status_code': 404n, 'span.kind': 'server' },
      [0, ''],
      ['http.status_code'],
    ],
    [
      'HTTP 404 of a client',
      { 'http.status_code': 404n, 'span.kind': 'client' },
      [2, ''],
      ['http.status_code'],
    ],
    ['HTTP 200', { 'http.status_code': 200n }, [0, ''], ['http.status_code']],
    ['HTTP that is none', { 'http.status_code': 'abc' }, [0, ''], ['http.status_code']],
  ];
  it.each(cases)('%s', (_, tags, status, left) => {
    const span = decodeOne({ tags });
    expect([span.statusCode, span.statusMessage]).toEqual(status);
    expect([...span.attributes.keys()]).toEqual(left);
  });
});

it('takes 10,000 tags, and the last of a key', () => {
  const tags = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, BigInt(i)]));
  expect(decodeOne({ tags }).attributes.size).toBe(10_000);
});

describe('a datagram', () => {
  const arguments_ = { 1: { struct: batchFields('api', [{}, { spanId: 6n }]) } } as const;
  it.each([
    ['compact', compactMessage('emitBatch', arguments_)],
    ['binary', binaryMessage('emitBatch', arguments_)],
  ])('of %s is taken', (_, bytes) => {
    expect(decodeAgentMessage(bytes, () => [])).toHaveLength(2);
  });

  it('in the old form of the binary protocol is taken', () => {
    const name = writeBinary({ string: 'emitBatch' });
    const bytes = Buffer.concat([
      name,
      Buffer.from([1, 0, 0, 0, 9]),
      writeBinary({ struct: arguments_ }),
    ]);
    expect(decodeAgentMessage(bytes, () => [])).toHaveLength(2);
  });

  it('of another method is refused', () => {
    expect(() => decodeAgentMessage(binaryMessage('drop', arguments_), () => [])).toThrow(
      'cannot decode the batch of spans as Thrift: there is no method "drop" at byte 0',
    );
  });
});

describe('bytes that are no batch', () => {
  const whole = writeBinary({ struct: batchFields('api', [everything, {}], { zone: 'a' }) });
  const wholeCompact = writeCompact({ struct: batchFields('api', [everything, {}]) });

  it.each([
    ['binary', whole, false],
    ['compact', wholeCompact, true],
  ] as const)('are refused wherever they are cut (%s)', (_, bytes, isCompact) => {
    for (let size = 0; size < bytes.length; size++) {
      expect(() => decodeThriftBatch(bytes.subarray(0, size), isCompact), `${size}`).toThrow(
        InputError,
      );
    }
  });

  it('are refused with the byte and the span', () => {
    const cut = whole.subarray(0, whole.length - 20);
    expect(() => decodeThriftBatch(cut)).toThrow(/at byte \d+ \(spans\[1\]\)$/);
  });

  const refused: [string, Buffer, boolean, string][] = [
    ['a giant list', Buffer.from('0f00020c7fffffff', 'hex'), false, 'runs beyond the end'],
    ['a list of less than nothing', Buffer.from('0f00020cffffffff', 'hex'), false, 'runs beyond'],
    ['a giant string', Buffer.from('0c00010b00017fffffff61', 'hex'), false, 'runs beyond the end'],
    ['a giant map', Buffer.from('0d00090b0b7fffffff', 'hex'), false, 'runs beyond the end'],
    ['a giant compact list', Buffer.from('29fcffffffff0f', 'hex'), true, 'runs beyond the end'],
    ['a type that is none', Buffer.from('110001', 'hex'), false, 'there is no type 17'],
    ['nesting without end', Buffer.alloc(3000, Buffer.from('0c0009', 'hex')), false, 'too deeply'],
    [
      'a million empty spans',
      Buffer.concat([Buffer.from('0f00020c000f4240', 'hex'), Buffer.alloc(1_000_001)]),
      false,
      'too many parts',
    ],
  ];
  it.each(refused)('%s', (_, bytes, isCompact, message) => {
    expect(() => decodeThriftBatch(bytes, isCompact)).toThrow(message);
  });
});
