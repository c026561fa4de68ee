import { describe, expect, it } from 'vitest';
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import { toStoredAttribute } from '#model/attribute.ts';
import type { StoredOrigin, StoredSpan } from '#model/stored-span.ts';
import { anyValueJson, toAnyValue, writeAnyValue } from './any-value.ts';
import { encodeTraces } from './encode-traces.ts';
import { tracesToJson } from './encode-traces-json.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

const origin: StoredOrigin = {
  resourceAttributes: new Map([['service.name', 'shop']]),
  resourceDroppedAttributesCount: 1,
  resourceSchemaUrl: 'https://example.test/r',
  scopeName: 'lib',
  scopeVersion: '2',
  scopeAttributes: new Map(),
  scopeDroppedAttributesCount: 0,
  scopeSchemaUrl: '',
};

const span: StoredSpan = {
  origin,
  traceId: hex('000102030405060708090a0b0c0d0e0f'),
  spanId: hex('a0a1a2a3a4a5a6a7'),
  parentSpanId: new Uint8Array(8),
  startUnixNano: 1_700_000_000_123_456_789n,
  durationNano: 1_500n,
  name: 'GET /',
  kind: 2,
  statusCode: 2,
  statusMessage: 'no',
  traceState: 'a=b',
  flags: 257,
  attributes: new Map([['http.status', toStoredAttribute(500)]]),
  droppedAttributesCount: 3,
  events: [{ timeUnixNano: 5n, name: 'e', attributes: new Map(), droppedAttributesCount: 0 }],
  droppedEventsCount: 0,
  links: [
    {
      traceId: hex('ff'.repeat(16)),
      spanId: hex('ee'.repeat(8)),
      traceState: '',
      flags: 1,
      attributes: new Map([['w', toStoredAttribute(2.5)]]),
      droppedAttributesCount: 4,
    },
  ],
  droppedLinksCount: 6,
};

describe('any value', () => {
  const json = (name: string, stored: string, expected: unknown) =>
    it(name, () => expect(anyValueJson(toAnyValue(stored))).toEqual(expected));
  json('string', 'x', { stringValue: 'x' });
  json('string that looks typed', toStoredAttribute('\x02 7'), { stringValue: '\x02 7' });
  json('bool', toStoredAttribute(false), { boolValue: false });
  json('int beyond a double', '\x029007199254740993', { intValue: '9007199254740993' });
  json('double', '\x032.5', { doubleValue: 2.5 });
  json('infinite', '\x03-Infinity', { doubleValue: '-Infinity' });
  json('bytes', '\x04AQI=', { bytesValue: 'AQI=' });
  json('empty', '\x06', {});
  json('array of all', '\x05["a\\"]",1,1.0,true,null,[2]]', {
    arrayValue: {
      values: [
        { stringValue: 'a"]' },
        { intValue: '1' },
        { doubleValue: 1 },
        { boolValue: true },
        {},
        { arrayValue: { values: [{ intValue: '2' }] } },
      ],
    },
  });
  json('map', '\x05{"k":{"n":-1}}', {
    kvlistValue: {
      values: [
        { key: 'k', value: { kvlistValue: { values: [{ key: 'n', value: { intValue: '-1' } }] } } },
      ],
    },
  });
  it('ends on text that is cut off', () => {
    expect(anyValueJson(toAnyValue('\x05["a",{"b'))).toEqual({
      arrayValue: {
        values: [{ stringValue: 'a' }, { kvlistValue: { values: [{ key: '', value: {} }] } }],
      },
    });
  });
  it('writes a default that is set', () => {
    const writer = new ProtobufWriter();
    writeAnyValue(writer, toAnyValue(toStoredAttribute(0)));
    expect([...writer.finish()]).toEqual([0x18, 0]);
  });
});

describe('traces', () => {
  it('as JSON has every field under its name', () => {
    expect(tracesToJson([span])).toEqual([
      {
        resource: {
          attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }],
          droppedAttributesCount: 1,
        },
        schemaUrl: 'https://example.test/r',
        scopeSpans: [
          {
            scope: { name: 'lib', version: '2' },
            spans: [
              {
                traceId: 'AAECAwQFBgcICQoLDA0ODw==',
                spanId: 'oKGio6Slpqc=',
                traceState: 'a=b',
                flags: 257,
                name: 'GET /',
                kind: 'SPAN_KIND_SERVER',
                startTimeUnixNano: '1700000000123456789',
                endTimeUnixNano: '1700000000123458289',
                attributes: [{ key: 'http.status', value: { intValue: '500' } }],
                droppedAttributesCount: 3,
                events: [{ timeUnixNano: '5', name: 'e' }],
                links: [
                  {
                    traceId: '/////////////////////w==',
                    spanId: '7u7u7u7u7u4=',
                    attributes: [{ key: 'w', value: { doubleValue: 2.5 } }],
                    droppedAttributesCount: 4,
                    flags: 1,
                  },
                ],
                droppedLinksCount: 6,
                status: { message: 'no', code: 'STATUS_CODE_ERROR' },
              },
            ],
          },
        ],
      },
    ]);
  });

  it('groups by what origins say, not by which object says it', () => {
    const twin = { ...span, spanId: hex('01'.repeat(8)), origin: { ...origin } };
    const other = { ...span, origin: { ...origin, scopeVersion: '3' } };
    const resources = tracesToJson([span, twin, other]) as { scopeSpans: { spans: unknown[] }[] }[];
    expect(resources).toHaveLength(1);
    expect(resources[0]?.scopeSpans.map((scope) => scope.spans.length)).toEqual([2, 1]);
  });

  it('as protobuf begins with the resource, and nothing is nothing', () => {
    expect(encodeTraces([])).toHaveLength(0);
    const bytes = encodeTraces([span]);
    expect(bytes[0]).toBe(0x0a);
    expect(Buffer.from(bytes).includes('GET /')).toBe(true);
  });
});
