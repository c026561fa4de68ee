import { describe, expect, it } from 'vitest';
import { InputError } from '#lib/errors.ts';
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import type { StoredSpan } from '#model/stored-span.ts';
import { type ThriftValue, writeBinary } from '../../../test/lib/thrift-writer.ts';
import { decodeZipkinJson, type ZipkinVersion } from './json.ts';
import { decodeZipkinProtobuf } from './protobuf.ts';
import { decodeZipkinThrift } from './thrift.ts';

const nowNano = 1_800_000_000_000_000_000n;
const hex = (id: Uint8Array | undefined): string => Buffer.from(id ?? []).toString('hex');
const plain = (map: ReadonlyMap<string, string> | undefined) => Object.fromEntries(map ?? []);
const decode = (spans: unknown, version: ZipkinVersion = 2) =>
  decodeZipkinJson(JSON.stringify(spans), version, nowNano);
const ids = { traceId: '1', id: '2' };
const timed = { ...ids, timestamp: 1_700_000_000_000_001, duration: 5 };
const one = (fields: object, version: ZipkinVersion = 2): StoredSpan => {
  const { spans, rejected } = decode([{ ...timed, ...fields }], version);
  expect(rejected).toBeUndefined();
  expect(spans).toHaveLength(1);
  return spans[0] as StoredSpan;
};

const attributesOf = (fields: object) => plain(one(fields).attributes);

describe('a span of v2', () => {
  it('keeps every field', () => {
    const span = one({
      traceId: '463AC35C9F6413AD48485A3953BB6124',
      parentId: 'abc',
      kind: 'CLIENT',
      name: 'get /',
      localEndpoint: { serviceName: 'front', ipv4: '10.0.0.1', port: 80 },
      remoteEndpoint: { serviceName: 'back', ipv4: '10.0.0.2', ipv6: '2001:db8::1', port: 9000 },
      annotations: [{ timestamp: 1_700_000_000_000_003, value: 'foo' }],
      tags: { 'http.path': '/api', retries: '3' },
      debug: true,
    });
    expect([hex(span.traceId), hex(span.spanId), hex(span.parentSpanId)]).toEqual([
      '463ac35c9f6413ad48485a3953bb6124',
      '0000000000000002',
      '0000000000000abc',
    ]);
    expect(span).toMatchObject({
      name: 'get /',
      kind: 3,
      startUnixNano: 1_700_000_000_000_001_000n,
      durationNano: 5000n,
      statusCode: 0,
    });
    expect(plain(span.origin.resourceAttributes)).toEqual({ 'service.name': 'front' });
    expect(plain(span.attributes)).toEqual({
      'http.path': '/api',
      retries: '3',
      'net.host.ip': '10.0.0.1',
      'network.local.address': '10.0.0.1',
      'net.host.port': '\x0280',
      'peer.service': 'back',
      'service.peer.name': 'back',
      'net.peer.ip': '2001:db8::1',
      'network.peer.address': '2001:db8::1',
      'net.peer.port': '\x029000',
    });
    expect(span.events).toMatchObject([
      { timeUnixNano: 1_700_000_000_000_003_000n, name: 'foo', attributes: new Map() },
    ]);
  });

  it.each([
    ['CLIENT', 3],
    ['SERVER', 2],
    ['PRODUCER', 4],
    ['CONSUMER', 5],
    [undefined, 0],
    [null, 0],
  ])('of kind %s', (kind, expected) => {
    expect(one({ kind }).kind).toBe(expected);
  });

  it('of the kind that a tag tells', () => {
    const span = one({ tags: { 'span.kind': 'internal' } });
    expect([span.kind, span.attributes.size]).toEqual([1, 0]);
  });

  it.each([
    [{ error: 'true' }, 2, '', []],
    [{ error: '' }, 2, '', []],
    [{ error: 'Timeout' }, 2, 'Timeout', ['error']],
    [{ error: 'false' }, 0, '', ['error']],
    [{ 'otel.status_code': 'OK' }, 1, '', []],
    [{ 'otel.status_code': 'STATUS_CODE_ERROR', 'otel.status_description': 'x' }, 2, 'x', []],
    [{ 'otel.status_code': 'ERROR', error: 'boom' }, 2, 'boom', ['error']],
    [{ 'otel.status_code': 'UNSET' }, 0, '', []],
    [{ 'http.status_code': '500' }, 0, '', ['http.status_code']],
  ])('with %o has its status', (tags, code, message, left) => {
    const span = one({ tags });
    expect([span.statusCode, span.statusMessage, [...span.attributes.keys()]]).toEqual([
      code,
      message,
      left,
    ]);
  });

  it('gets back what OpenTelemetry makes tags of', () => {
    const traceId = '0102030405060708090a0b0c0d0e0f10';
    const span = one({
      localEndpoint: { serviceName: 'local' },
      annotations: [
        { timestamp: 1, value: 'event|{"a":"x|y","n":2,"d":1.5,"b":true}|4' },
        { timestamp: 2, value: 'a|b|c' },
      ],
      tags: {
        'service.name': 'own',
        'telemetry.sdk.name': 'opentelemetry',
        'host.name': 'h',
        'otel.library.name': 'lib',
        'otel.library.version': '2',
        'otel.dropped_attributes_count': '1',
        'otel.dropped_events_count': '2',
        'otel.dropped_links_count': '3',
        'w3c.tracestate': 'a=b',
        'otlp.link.0': `${traceId}|0102030405060708|c=d|{"k":"v"}|6`,
        'otlp.link.1': 'no link',
      },
    });
    expect(plain(span.attributes)).toEqual({ 'otlp.link.1': 'no link' });
    expect(plain(span.origin.resourceAttributes)).toEqual({
      'service.name': 'own',
      'telemetry.sdk.name': 'opentelemetry',
      'host.name': 'h',
    });
    expect(span).toMatchObject({
      origin: { scopeName: 'lib', scopeVersion: '2' },
      droppedAttributesCount: 1,
      droppedEventsCount: 2,
      droppedLinksCount: 3,
      traceState: 'a=b',
      events: [
        {
          name: 'event',
          attributes: new Map([
            ['a', 'x|y'],
            ['n', '\x022'],
            ['d', '\x031.5'],
            ['b', '\x01true'],
          ]),
          droppedAttributesCount: 4,
        },
        { name: 'a|b|c', attributes: new Map() },
      ],
      links: [{ traceState: 'c=d', attributes: new Map([['k', 'v']]), droppedAttributesCount: 6 }],
    });
    expect(hex(span.links[0]?.traceId)).toBe(traceId);
  });

  it('without a service has none', () => {
    expect(one({ localEndpoint: { ipv4: '1.2.3.4' } }).origin.resourceAttributes.size).toBe(0);
  });

  it('keeps the type of tags that are no text', () => {
    expect(attributesOf({ tags: { a: 1, b: 1.5, c: true } })).toEqual({
      a: '\x021',
      b: '\x031.5',
      c: '\x01true',
    });
  });

  it('is no parent of its own', () => {
    expect(hex(one({ parentId: '2' }).parentSpanId)).toBe('0000000000000000');
  });

  it('takes 10,000 tags', () => {
    const tags = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, `${i}`]));
    expect(one({ tags }).attributes.size).toBe(10_000);
  });
});

describe('a span without a time', () => {
  const absent = { 'otel.zipkin.absentField.startTime': '\x01true' };
  it('begins at its first annotation, ends at its last', () => {
    const annotations = [30, 10, 20].map((timestamp) => ({ timestamp, value: 'x' }));
    const span = decode([{ ...ids, annotations }]).spans[0];
    expect(span).toMatchObject({ startUnixNano: 10_000n, durationNano: 20_000n });
    expect(plain(span?.attributes)).toEqual(absent);
  });

  it('begins when it came in where nothing tells', () => {
    const span = decode([{ ...ids, duration: 7, timestamp: 0 }]).spans[0];
    expect(span).toMatchObject({ startUnixNano: nowNano, durationNano: 7000n });
    expect(plain(span?.attributes)).toEqual(absent);
  });
});

describe('the halves of a shared span', () => {
  it('keep their id, and never the same start', () => {
    const client = { ...timed, kind: 'CLIENT' };
    const server = { ...timed, kind: 'SERVER', shared: true };
    for (const list of [
      [client, server],
      [server, client],
      [client, { ...server, shared: false }],
    ]) {
      const { spans } = decode(list);
      expect(spans.map(({ spanId }) => hex(spanId))).toEqual([
        '0000000000000002',
        '0000000000000002',
      ]);
      expect(new Set(spans.map(({ startUnixNano }) => startUnixNano)).size).toBe(2);
    }
  });

  it('sent twice are the same twice', () => {
    const server = { ...timed, kind: 'SERVER', shared: true };
    const [first, again] = decode([server, server]).spans;
    expect(again).toEqual(first);
  });
});

describe('spans that cannot be taken', () => {
  const cases: [string, unknown, string][] = [
    ['no object', 5, '[1]: expected an object, was 5'],
    ['no trace id', { id: '1' }, '[1].traceId: expected an id that is not zero, was nothing'],
    ['a zero id', { ...ids, id: '0' }, '[1].id: expected an id that is not zero, was "0"'],
    ['a long id', { ...ids, id: '12345678901234567' }, '[1].id: expected 1 to 16 hexadecimal'],
    ['an id that is no hex', { ...ids, parentId: 'BADID' }, '[1].parentId: expected 1 to 16 hex'],
    ['a number for an id', { ...ids, traceId: 1 }, '[1].traceId: expected a string, was 1'],
    ['a negative time', { ...ids, timestamp: -1 }, '[1].timestamp: expected a number'],
    ['text for a time', { ...ids, timestamp: 'now' }, '[1].timestamp: expected a number'],
    ['an unknown kind', { ...ids, kind: 'BOTH' }, '[1].kind: expected CLIENT, SERVER, PROD'],
    ['tags that are a list', { ...ids, tags: [] }, '[1].tags: expected an object, was []'],
    ['a tag that is a map', { ...ids, tags: { a: {} } }, '[1].tags.a: expected a string, was {}'],
    ['annotations', { ...ids, annotations: [{}, 1] }, '[1].annotations[1]: expected an object'],
  ];
  it.each(cases)('%s: the others are', (_, bad, message) => {
    const { spans, rejected } = decode([timed, bad, { ...timed, id: '3' }]);
    expect(spans).toHaveLength(2);
    expect(rejected?.count).toBe(1);
    expect(rejected?.message).toContain(message);
  });

  it('may be 100,000', () => {
    const { spans, rejected } = decode([...Array.from({ length: 100_000 }, () => 0), timed]);
    expect([spans.length, rejected?.count]).toEqual([1, 100_000]);
  });

  it.each(['', '{', '{}', 'null', '"[]"'])('%s is no list', (text) => {
    expect(() => decodeZipkinJson(text, 2, nowNano)).toThrow(InputError);
  });
});

describe('a span of v1', () => {
  const host = (serviceName: string, ipv4 = '10.0.0.1') => ({ serviceName, ipv4, port: 80 });
  const at = (timestamp: number, value: string, endpoint?: object) => ({
    timestamp,
    value,
    ...(endpoint && { endpoint }),
  });
  const v1 = (fields: object) => {
    const { spans, rejected } = decode([{ ...ids, ...fields }], 1);
    expect(rejected).toBeUndefined();
    return spans;
  };
  const kinds: [string, string, number][] = [
    ['cs', 'cr', 3],
    ['sr', 'ss', 2],
    ['ms', 'x', 4],
    ['mr', 'x', 5],
  ];
  it.each(kinds)('from %s to %s has kind and time of it', (first, last, kind) => {
    const [span] = v1({ annotations: [at(10, first, host('a')), at(30, last, host('a'))] });
    expect(span).toMatchObject({ kind, startUnixNano: 10_000n });
    expect(plain(span?.origin.resourceAttributes)).toEqual({ 'service.name': 'a' });
    if (last !== 'x') expect(span).toMatchObject({ durationNano: 20_000n, events: [] });
    else expect(span?.events).toMatchObject([{ name: 'x', timeUnixNano: 30_000n }]);
  });

  it('holding both halves of a call is two', () => {
    const [client, server, ...others] = v1({
      timestamp: 10,
      duration: 30,
      annotations: [
        at(10, 'cs', host('front')),
        at(15, 'sr', host('back')),
        at(20, 'cache', host('back')),
        at(30, 'ss', host('back')),
        at(40, 'cr', host('front')),
      ],
      binaryAnnotations: [
        { key: 'of.client', value: '1', endpoint: host('front') },
        { key: 'of.server', value: '2', endpoint: host('back') },
        { key: 'sa', value: true, endpoint: host('back', '10.0.0.2') },
      ],
    });
    expect(others).toEqual([]);
    expect(client).toMatchObject({ kind: 3, startUnixNano: 10_000n, durationNano: 30_000n });
    expect(client?.events).toEqual([]);
    expect(plain(client?.attributes)).toMatchObject({
      'of.client': '1',
      'net.peer.ip': '10.0.0.2',
    });
    expect(server).toMatchObject({ kind: 2, startUnixNano: 15_001n, events: [{ name: 'cache' }] });
    expect(server?.attributes.get('of.server')).toBe('2');
    expect(plain(server?.origin.resourceAttributes)).toEqual({ 'service.name': 'back' });
  });

  it.each([
    [[{ key: 'lc', value: 'comp' }], 'comp'],
    [[{ key: 'lc', value: 'comp', endpoint: host('named') }], 'named'],
    [[], 'unknown-service'],
  ])('without annotations is of a service: %#', (binaryAnnotations, service) => {
    const [span] = v1({ timestamp: 1, duration: 2, binaryAnnotations });
    expect(span?.origin.resourceAttributes.get('service.name')).toBe(service);
    if (binaryAnnotations.length > 0) expect(span?.attributes.get('component')).toBe('comp');
  });

  it('has the status that its tags tell', () => {
    const binaryAnnotations = [{ key: 'http.status_code', value: '503' }];
    expect(v1({ timestamp: 1, binaryAnnotations })[0]?.statusCode).toBe(2);
  });

  it('is known by its fields on the path of v2, too', () => {
    const annotations = [at(10, 'sr', host('a')), at(30, 'ss', host('a'))];
    const { spans } = decode([{ ...ids, annotations, binaryAnnotations: [] }], 2);
    expect(spans).toMatchObject([{ kind: 2, durationNano: 20_000n }]);
  });
});

describe('v1 in Thrift', () => {
  const host: ThriftValue = {
    struct: { 1: { i32: 0x0a000001 }, 2: { i16: -1 }, 3: { string: 'svc' } },
  };
  const binary = (key: string, type: number, value: Buffer): ThriftValue => ({
    struct: { 1: { string: key }, 2: { string: value }, 3: { i32: type }, 4: host },
  });
  const span: ThriftValue = {
    struct: {
      1: { i64: -1n },
      3: { string: 'op' },
      4: { i64: 2n },
      5: { i64: 3n },
      6: { list: [{ struct: { 1: { i64: 10n }, 2: { string: 'sr' }, 3: host } }] },
      8: {
        list: [
          binary('bool', 0, Buffer.from([1])),
          binary('bytes', 1, Buffer.from([255])),
          binary('i16', 2, Buffer.from('fffe', 'hex')),
          binary('i32', 3, Buffer.from('fffffffe', 'hex')),
          binary('i64', 4, Buffer.from('fffffffffffffffe', 'hex')),
          binary('double', 5, Buffer.from('3ff8000000000000', 'hex')),
          binary('text', 6, Buffer.from('é')),
          binary('short', 4, Buffer.from([1])),
        ],
      },
      11: { i64: 7n },
      12: { i64: 1n },
    },
  };
  const whole = writeBinary({ list: [span] });

  it('keeps every field', () => {
    const { spans, rejected } = decodeZipkinThrift(whole, nowNano);
    expect(rejected).toBeUndefined();
    expect(spans).toMatchObject([
      { name: 'op', kind: 2, startUnixNano: 10_000n, durationNano: 7000n },
    ]);
    expect(hex(spans[0]?.traceId)).toBe('0000000000000001ffffffffffffffff');
    expect(plain(spans[0]?.attributes)).toEqual({
      bool: '\x01true',
      bytes: '\x04/w==',
      i16: '\x02-2',
      i32: '\x02-2',
      i64: '\x02-2',
      double: '\x031.5',
      text: 'é',
      short: '\x04AQ==',
      'net.host.ip': '10.0.0.1',
      'network.local.address': '10.0.0.1',
      'net.host.port': '\x0265535',
    });
  });

  it('is refused wherever it is cut', () => {
    for (let size = 0; size < whole.length; size++) {
      expect(() => decodeZipkinThrift(whole.subarray(0, size), nowNano), `${size}`).toThrow(
        InputError,
      );
    }
  });

  it('rejects spans without ids, and takes the others', () => {
    const { spans, rejected } = decodeZipkinThrift(
      writeBinary({ list: [{ struct: { 1: { i64: 1n } } }, span] }),
      nowNano,
    );
    expect(spans).toHaveLength(1);
    expect(rejected).toEqual({ count: 1, message: 'spans[0].id: expected one, was zero' });
  });
});

describe('v2 in protobuf', () => {
  const endpoint = (writer: ProtobufWriter, field: number, ip: string) =>
    writer.message(field, () => {
      writer.text(1, 'svc');
      writer.bytes(ip.length === 8 ? 2 : 3, Buffer.from(ip, 'hex'));
      writer.varint(4, 80);
    });
  const body = (traceId: string) => {
    const writer = new ProtobufWriter();
    writer.message(1, () => {
      writer.bytes(1, Buffer.from(traceId, 'hex'));
      writer.bytes(2, Buffer.from('000000000000000a', 'hex'));
      writer.bytes(3, Buffer.from('000000000000000b', 'hex'));
      writer.varint(4, 2);
      writer.text(5, 'op');
      writer.fixed64(6, 1_700_000_000_000_001n);
      writer.varint64(7, 2n ** 40n);
      endpoint(writer, 8, '0a000001');
      endpoint(writer, 9, '20010db8000000000000000000000001');
      writer.message(10, () => {
        writer.fixed64(1, 5n);
        writer.text(2, 'note');
      });
      writer.message(11, () => {
        writer.text(1, 'k');
        writer.text(2, 'v');
      });
      writer.bool(12, true);
      writer.bool(13, false);
    });
    return writer.finish();
  };
  const whole = body('0000000000000001');

  it('keeps every field', () => {
    const { spans, rejected } = decodeZipkinProtobuf(whole, nowNano);
    expect(rejected).toBeUndefined();
    expect(spans).toMatchObject([
      {
        name: 'op',
        kind: 2,
        startUnixNano: 1_700_000_000_000_001_000n,
        durationNano: 2n ** 40n * 1000n,
        events: [{ timeUnixNano: 5000n, name: 'note' }],
      },
    ]);
    expect(hex(spans[0]?.traceId)).toBe('00000000000000000000000000000001');
    expect(hex(spans[0]?.parentSpanId)).toBe('000000000000000a');
    expect(plain(spans[0]?.attributes)).toMatchObject({
      k: 'v',
      'net.host.ip': '10.0.0.1',
      'net.peer.ip': '2001:db8::1',
      'peer.service': 'svc',
    });
  });

  it('rejects ids of the wrong size', () => {
    const joined = Buffer.concat([whole, body('00'.repeat(17)), body('')]);
    const { spans, rejected } = decodeZipkinProtobuf(joined, nowNano);
    expect(spans).toHaveLength(1);
    expect(rejected).toEqual({
      count: 2,
      message: 'spans[1].trace_id: expected at most 16 bytes, was 17',
    });
  });

  it('is refused wherever it is cut, with the place', () => {
    for (let size = 1; size < whole.length; size++) {
      expect(() => decodeZipkinProtobuf(whole.subarray(0, size), nowNano), `${size}`).toThrow(
        /^cannot decode the list of spans as protobuf: .* at byte \d+/,
      );
    }
  });
});
