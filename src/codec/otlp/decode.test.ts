import { describe, expect, it } from 'vitest';
import { IdentityCache } from '#model/identity.ts';
import { rowsOf } from '../../../test/lib/columns.ts';
import {
  attributes,
  encodeOtlp,
  type Json,
  type JsonObject,
  logsOf,
  tracesOf,
} from '../../../test/lib/otlp-json.ts';
import { type DecodeContext, decodeLogs, decodeTraces } from './decode.ts';

/** A byte more than is taken. */
const huge = 'x'.repeat((1 << 20) + 1);

const nowNano = 1_800_000_000_000_000_000n;

const contextOf = (limits: DecodeContext['limits'] = noLimits): DecodeContext => ({
  tenant: '',
  nowNano,
  limits,
  identities: new IdentityCache(),
});
const noLimits = { minUnixNano: undefined, maxUnixNano: undefined };

const traceId = '0102030405060708090a0b0c0d0e0f10';
const spanId = '0102030405060708';

const traces = (request: JsonObject, context = contextOf()) =>
  decodeTraces(encodeOtlp('traces', request), context);
const logs = (request: JsonObject, context = contextOf()) =>
  decodeLogs(encodeOtlp('logs', request), context);

const spansOf = (spans: Json[]) => rowsOf(traces(tracesOf(spans)).batch, 'otel_spans');
const recordsOf = (records: Json[]) => rowsOf(logs(logsOf(records)).batch, 'otel_logs');

describe('a span', () => {
  const whole = {
    traceId,
    spanId,
    parentSpanId: '1112131415161718',
    traceState: 'a=b',
    name: 'GET /ü',
    kind: 'SPAN_KIND_SERVER',
    startTimeUnixNano: '1700000000000000001',
    endTimeUnixNano: '1700000004294967300',
    attributes: attributes({ a: 'x', b: 7, c: 1.5, d: true, e: [1, 'y'], f: { g: null } }),
    droppedAttributesCount: 1,
    events: [{ timeUnixNano: '5', name: 'e1', attributes: attributes({ k: 'v' }) }, { name: 'e2' }],
    droppedEventsCount: 2,
    links: [
      { traceId, spanId, traceState: 't', attributes: attributes({ l: 1 }), flags: 3 },
      { traceId: '01', spanId: '', droppedAttributesCount: 9 },
    ],
    droppedLinksCount: 3,
    status: { code: 2, message: 'broken' },
    flags: 257,
  };

  it('keeps every field', () => {
    const origin = { resource: { 'service.name': 'shop' }, scope: { name: 'lib' } };
    const { batch, rejection } = traces(tracesOf([whole], origin));
    const [scope] = rowsOf(batch, 'otel_scopes');
    expect(rejection).toBeUndefined();
    expect(batch.items).toBe(1);
    expect(rowsOf(batch, 'otel_spans')).toEqual([
      {
        trace_id: traceId,
        span_id: spanId,
        parent_span_id: '1112131415161718',
        start_unix_nano: 1700000000000000001n,
        duration_nano: 4294967299n,
        scope_id: scope?.scope_id,
        service_name: 'shop',
        name: 'GET /ü',
        kind: 2,
        status_code: 2,
        status_message: 'broken',
        trace_state: 'a=b',
        flags: 257,
        attributes: {
          a: 'x',
          b: '\x027',
          c: '\x031.5',
          d: '\x01true',
          e: '\x05[1,"y"]',
          f: '\x05{"g":null}',
        },
        dropped_attributes_count: 1,
        event_time_unix_nano: [5n, 0n],
        event_name: ['e1', 'e2'],
        event_attributes: [{ k: 'v' }, {}],
        event_dropped_attributes_count: [0, 0],
        dropped_events_count: 2,
        link_trace_id: [traceId, '0'.repeat(32)],
        link_span_id: [spanId, '0'.repeat(16)],
        link_trace_state: ['t', ''],
        link_flags: [3, 0],
        link_attributes: [{ l: '\x021' }, {}],
        link_dropped_attributes_count: [0, 9],
        dropped_links_count: 3,
        arrival: 0,
      },
    ]);
  });

  const duration = (start: string, end: string, expected: bigint) =>
    it(`from ${start} to ${end} lasts ${expected}`, () => {
      const times = { startTimeUnixNano: start, endTimeUnixNano: end };
      expect(spansOf([{ traceId, spanId, ...times }])).toMatchObject([{ duration_nano: expected }]);
    });
  duration('0', '0', 0n);
  duration('5', '4', 0n);
  duration('5', '0', 0n);
  duration('4294967295', '4294967296', 1n);
  duration('8589934592', '4294967296', 0n);
  duration('1', '18446744073709551615', 0n);
  duration('4294967296', '12884901887', 8589934591n);

  const rejected = (title: string, span: JsonObject, reason: string) =>
    it(`is rejected ${title}, the others stay`, () => {
      const good = { traceId, spanId, name: 'good', attributes: attributes({ a: 1 }) };
      const events = [{ name: 'e', attributes: attributes({ bad: 'bad' }) }];
      const bad = { ...good, name: 'bad', attributes: attributes({ a: 2, b: 3 }), events, ...span };
      const { batch, rejection } = traces(tracesOf([good, bad, { ...good, name: 'last' }]));
      expect(rowsOf(batch, 'otel_spans')).toMatchObject([
        { name: 'good', attributes: { a: '\x021' }, event_name: [] },
        { name: 'last', attributes: { a: '\x021' }, event_name: [] },
      ]);
      expect(batch.items).toBe(2);
      expect(rejection?.count).toBe(1);
      expect(rejection?.message).toMatch(`1 span rejected: 1 ${reason}; the first: span "bad" at`);
    });
  rejected('without a trace id', { traceId: '' }, 'with an invalid trace id');
  rejected('with a short trace id', { traceId: '0102' }, 'with an invalid trace id');
  rejected('with a trace id of zeros', { traceId: '0'.repeat(32) }, 'with an invalid trace id');
  rejected('with a long span id', { spanId: traceId }, 'with an invalid span id');
  rejected('with a span id of zeros', { spanId: '0'.repeat(16) }, 'with an invalid span id');
  rejected('with a long parent id', { parentSpanId: traceId }, 'with an invalid parent span id');
  rejected(
    'with a huge attribute',
    { attributes: attributes({ a: huge }) },
    'with an attribute or body larger than ingest.max_attribute_bytes or nested too deep',
  );
  rejected(
    'with a huge attribute of an event',
    { events: [{ attributes: attributes({ a: huge }) }] },
    'with an attribute or body larger than ingest.max_attribute_bytes or nested too deep',
  );

  rejected(
    'for the first of several faults',
    { spanId: '', attributes: attributes({ a: huge }) },
    'with an invalid span id',
  );

  it('is rejected outside of the limits, by reason', () => {
    const at = (nano: bigint) => ({ traceId, spanId, startTimeUnixNano: String(nano) });
    const limits = { minUnixNano: 1n << 40n, maxUnixNano: 1n << 41n };
    const times = [0n, limits.minUnixNano - 1n, limits.minUnixNano, limits.maxUnixNano];
    const spans = [...times, limits.maxUnixNano + 1n].map(at);
    const { batch, rejection } = traces(tracesOf(spans), contextOf(limits));
    expect(rowsOf(batch, 'otel_spans').map((row) => row.start_unix_nano)).toEqual([
      limits.minUnixNano,
      limits.maxUnixNano,
    ]);
    expect(rejection?.message).toContain(
      '3 spans rejected: 2 older than ingest.max_age allows, 1 newer than ingest.max_future allows',
    );
  });

  it('is taken with the largest attribute that is allowed', () => {
    const value = huge.slice(1);
    expect(spansOf([{ traceId, spanId, attributes: attributes({ a: value }) }])).toMatchObject([
      { attributes: { a: value } },
    ]);
  });

  it('has a service name of bounded length', () => {
    const origin = { resource: { 'service.name': 'ü'.repeat(2000) } };
    const { batch } = traces(tracesOf([{ traceId, spanId }], origin));
    expect(rowsOf(batch, 'otel_spans')).toMatchObject([{ service_name: 'ü'.repeat(256) }]);
    expect(rowsOf(batch, 'otel_scopes')).toMatchObject([{ service_name: 'ü'.repeat(2000) }]);
  });

  it('counts what its columns hold, also when it is alone', () => {
    const batchOf = (count: number) =>
      traces(tracesOf(Array.from({ length: count }, () => ({ traceId, spanId })))).batch;
    const [one, many] = [batchOf(1), batchOf(1000)];
    expect(one.byteLength).toBeGreaterThan(20_000);
    expect(many.byteLength).toBeGreaterThan(one.byteLength + 1000 * 100);
    expect(many.byteLength).toBeLessThan(1000 * 500);
  });

  it('has no kind and status that nobody knows', () => {
    const row = { traceId, spanId, kind: 77, status: { code: 9 } };
    expect(spansOf([row])).toMatchObject([{ kind: 0, status_code: 0 }]);
  });
});

describe('the scope of a span', () => {
  const day = 86_400_000_000_000n;
  const spanAt = (nano: bigint) => ({ traceId, spanId, startTimeUnixNano: String(nano) });

  it('is a row per day, with its resource', () => {
    const request: JsonObject = {
      resourceSpans: [
        {
          schemaUrl: 'r-url',
          resource: {
            droppedAttributesCount: 4,
            attributes: attributes({ 'service.name': 'shop', 'host.name': 'h', n: 1 }),
          },
          scopeSpans: [
            {
              spans: [spanAt(0n), spanAt(day - 1n), spanAt(day)],
              schemaUrl: 's-url',
              scope: {
                name: 'lib',
                version: '1',
                attributes: attributes({ s: 'v' }),
                droppedAttributesCount: 5,
              },
            },
          ],
        },
      ],
    };
    const rows = rowsOf(traces(request).batch, 'otel_scopes');
    expect(rows.map((row) => row.day)).toEqual([0, 1]);
    expect(rows[0]).toEqual({
      day: 0,
      scope_id: rows[1]?.scope_id,
      service_name: 'shop',
      resource_attributes: { 'host.name': 'h', n: '\x021', 'service.name': 'shop' },
      resource_dropped_attributes_count: 4,
      resource_schema_url: 'r-url',
      scope_name: 'lib',
      scope_version: '1',
      scope_attributes: { s: 'v' },
      scope_dropped_attributes_count: 5,
      scope_schema_url: 's-url',
    });
  });

  it('has the same id whatever the order of the attributes', () => {
    const idOf = (resource: JsonObject) =>
      rowsOf(traces(tracesOf([spanAt(0n)], { resource })).batch, 'otel_scopes')[0]?.scope_id;
    expect(idOf({ a: 1, b: 'x' })).toBe(idOf({ b: 'x', a: 1 }));
    expect(idOf({ a: 1, b: 'x' })).not.toBe(idOf({ a: '1', b: 'x' }));
  });

  it('is sent until a batch with it is committed, then no more for that day', () => {
    const context = contextOf();
    const scopesOf = (nano: bigint) => {
      const { batch } = traces(tracesOf([spanAt(nano)]), context);
      return { batch, count: rowsOf(batch, 'otel_scopes').length };
    };
    const first = scopesOf(0n);
    expect(first.count).toBe(1);
    expect(scopesOf(0n).count).toBe(1);
    first.batch.committed?.();
    expect(scopesOf(0n).count).toBe(0);
    const nextDay = scopesOf(day);
    expect(nextDay.count).toBe(1);
    nextDay.batch.committed?.();
    expect(scopesOf(0n).count + scopesOf(day).count).toBe(0);
    const { batch } = traces(tracesOf([spanAt(0n)]), { ...context, tenant: 'other' });
    expect(rowsOf(batch, 'otel_scopes')).toHaveLength(1);
  });

  it('has an attribute of the resource left out that is too large, with a warning', () => {
    const resource = { big: huge, small: 'y' };
    const { batch, rejection } = traces(tracesOf([spanAt(0n)], { resource }));
    expect(rejection).toMatchObject({ count: 0, message: expect.stringContaining('left out') });
    expect(rowsOf(batch, 'otel_scopes')).toMatchObject([
      { resource_attributes: { small: 'y' }, resource_dropped_attributes_count: 1 },
    ]);
  });
});

describe('a log record', () => {
  it('keeps every field', () => {
    const record = {
      timeUnixNano: '1700000000000000001',
      observedTimeUnixNano: '1700000000000000009',
      severityNumber: 'SEVERITY_NUMBER_WARN2',
      severityText: 'warning',
      body: { stringValue: 'a line' },
      attributes: attributes({ a: 1 }),
      droppedAttributesCount: 2,
      flags: 1,
      traceId,
      spanId,
      eventName: 'click',
    };
    const { batch } = logs(logsOf([record]));
    expect(rowsOf(batch, 'otel_logs')).toEqual([
      {
        stream_id: rowsOf(batch, 'otel_log_streams')[0]?.stream_id,
        time_unix_nano: 1700000000000000001n,
        observed_time_unix_nano: 1700000000000000009n,
        severity_number: 14,
        severity_text: 'warning',
        trace_id: traceId,
        span_id: spanId,
        flags: 1,
        event_name: 'click',
        body: 'a line',
        body_type: 0,
        detected_level: 'warn',
        parsed_level: 'n',
        attributes: { a: '\x021' },
        dropped_attributes_count: 2,
        arrival: expect.any(BigInt),
      },
    ]);
  });

  const body = (title: string, value: Json | undefined, text: string, type: number) =>
    it(`has a body of ${title}`, () => {
      const record = value === undefined ? {} : { body: value };
      expect(recordsOf([record])).toMatchObject([{ body: text, body_type: type }]);
    });
  body('nothing', undefined, '', 6);
  body('an empty value', {}, '', 6);
  body('an empty string', { stringValue: '' }, '', 0);
  body('a string that begins with a type byte', { stringValue: '\x02x' }, '\x02x', 0);
  body('true', { boolValue: true }, 'true', 1);
  body('an int', { intValue: '-9223372036854775808' }, '-9223372036854775808', 2);
  body('a double', { doubleValue: 1e21 }, '1e+21', 3);
  body('NaN', { doubleValue: 'NaN' }, 'NaN', 3);
  body('bytes', { bytesValue: 'AQID' }, 'AQID', 4);
  const inner = {
    values: [{ doubleValue: 1 }, { doubleValue: 'NaN' }, {}, { bytesValue: 'AQ==' }],
  };
  body('an array', { arrayValue: inner }, '[1.0,"NaN",null,"AQ=="]', 5);
  const pairs = { values: [{ key: 'k"\n', value: { intValue: 1 } }, { key: 'n' }] };
  body('pairs', { kvlistValue: pairs }, '{"k\\"\\u000a":1,"n":null}', 5);

  const time = (title: string, record: JsonObject, expected: bigint) =>
    it(`happened ${title}`, () => {
      expect(recordsOf([record])).toMatchObject([{ time_unix_nano: expected }]);
    });
  time('when it says', { timeUnixNano: '5', observedTimeUnixNano: '7' }, 5n);
  time('when it was observed', { observedTimeUnixNano: '7' }, 7n);
  time('now, when nobody knows', {}, nowNano);

  it('keeps its place without ids that are not valid', () => {
    expect(recordsOf([{ traceId: '01', spanId: traceId, severityNumber: 99 }])).toMatchObject([
      { trace_id: '0'.repeat(32), span_id: '0'.repeat(16), severity_number: 0 },
    ]);
  });

  it('is rejected with a huge body', () => {
    const record = { body: { stringValue: huge } };
    const { batch, rejection } = logs(logsOf([{ body: { stringValue: 'small' } }, record]));
    expect(rowsOf(batch, 'otel_logs')).toMatchObject([{ body: 'small' }]);
    expect(rejection?.message).toMatch(
      /^1 log record rejected: 1 with an attribute or body larger/,
    );
  });
});

describe('the stream of a log record', () => {
  const streamOf = (resource: JsonObject, scope: JsonObject = {}) =>
    rowsOf(logs(logsOf([{ timeUnixNano: '5' }], { resource, scope })).batch, 'otel_log_streams')[0];

  it('has the labels that Loki makes of a resource', () => {
    const resource = {
      'service.name': 'shop',
      'service.instance.id': 7,
      'k8s.pod.name': 'p',
      'host.name': 'h',
      'cloud.region': '',
    };
    expect(streamOf(resource, { name: 'lib' })).toMatchObject({
      day: 0,
      service_name: 'shop',
      labels: { service_name: 'shop', service_instance_id: '7', k8s_pod_name: 'p' },
      resource_attributes: { 'host.name': 'h', 'service.instance.id': '\x027' },
      scope_name: 'lib',
    });
    expect(streamOf({})?.labels).toEqual({ service_name: 'unknown_service' });
  });

  it('is another one for another resource or scope', () => {
    const ids = [
      streamOf({ a: 1 }),
      streamOf({ a: 2 }),
      streamOf({ a: 1 }, { name: 'lib' }),
      streamOf({ a: 1 }, { name: 'lib', version: '2' }),
    ].map((row) => row?.stream_id);
    expect(new Set(ids).size).toBe(4);
  });
});
