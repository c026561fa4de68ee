import { describe, expect, it } from 'vitest';
import { InputError } from '#lib/errors.ts';
import type { StoredSpan } from '#model/stored-span.ts';
import { decodeZipkinJson, type ZipkinVersion } from './json.ts';

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
