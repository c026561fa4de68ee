import { describe, expect, it } from 'vitest';
import { InputError } from '#lib/errors.ts';
import type { Signal } from '#model/batch.ts';
import { IdentityCache } from '#model/identity.ts';
import { rowsOf } from '../../../test/lib/columns.ts';
import { decodeMetrics, decodeTraces } from './decode.ts';
import { otlpJsonToProtobuf } from './json.ts';

const context = {
  tenant: '',
  nowNano: 1n,
  limits: { minUnixNano: undefined, maxUnixNano: undefined },
  identities: new IdentityCache(),
};

const ids = '"traceId":"0102030405060708090A0B0C0D0E0F10","spanId":"0102030405060708"';
const spanOf = (fields: string) => {
  const text = `{"resourceSpans":[{"scopeSpans":[{"spans":[{${ids},${fields}}]}]}]}`;
  return rowsOf(decodeTraces(otlpJsonToProtobuf('traces', text), context).batch, 'otel_spans')[0];
};

describe('OTLP JSON', () => {
  const reads = (title: string, fields: string, expected: object) =>
    it(`reads ${title}`, () => expect(spanOf(fields)).toMatchObject(expected));

  reads('ids in hex', '"kind":1', { trace_id: '0102030405060708090a0b0c0d0e0f10' });
  reads('enums by number', '"kind":2', { kind: 2 });
  reads('enums by name', '"kind":"SPAN_KIND_CLIENT"', { kind: 3 });
  reads('enums by a short name', '"status":{"code":"OK"}', { status_code: 1 });
  reads('enums by a number in a string', '"kind":"4"', { kind: 4 });
  reads('enums out of range as unspecified', '"kind":-1,"status":{"code":77}', {
    kind: 0,
    status_code: 0,
  });
  const nano = '1700000000123456789';
  reads('times in strings', `"startTimeUnixNano":"${nano}"`, { start_unix_nano: BigInt(nano) });
  reads('times as exact numbers', `"startTimeUnixNano":${nano}`, { start_unix_nano: BigInt(nano) });
  reads('names with underscores', `"start_time_unix_nano": ${nano}`, {
    start_unix_nano: BigInt(nano),
  });
  reads('digits in strings as they are', `"name":"\\":${nano}","startTimeUnixNano": ${nano}`, {
    name: `":${nano}`,
  });
  reads('past unknown fields and null', '"what":{"a":[1]},"name":null,"flags":3', { flags: 3 });
  const value = (json: string) => `"attributes":[{"key":"k","value":{${json}}}]`;
  reads('ints', value('"intValue":"-5"'), { attributes: { k: '\x02-5' } });
  reads('long ints as numbers', value('"intValue":-9223372036854775808'), {
    attributes: { k: '\x02-9223372036854775808' },
  });
  reads('doubles', value('"doubleValue":0.5'), { attributes: { k: '\x030.5' } });
  reads('doubles of whole value', value('"doubleValue":12345678901234567890'), {
    attributes: { k: '\x0312345678901234567000' },
  });
  reads('Infinity', value('"doubleValue":"-Infinity"'), { attributes: { k: '\x03-Infinity' } });
  reads('bytes in base64', value('"bytesValue":"AQI="'), { attributes: { k: '\x04AQI=' } });
  reads('false', value('"boolValue":false'), { attributes: { k: '\x01false' } });
  reads('no value', value(''), { attributes: { k: '\x06' } });

  it('reads packed numbers', () => {
    const point = '{"count":3,"sum":1,"bucketCounts":[1,"2"],"explicitBounds":[0.5]}';
    const metric = `{"name":"d","histogram":{"dataPoints":[${point}]}}`;
    const text = `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[${metric}]}]}]}`;
    const { batch } = decodeMetrics(otlpJsonToProtobuf('metrics', text), context);
    expect(rowsOf(batch, 'otel_samples').map((row) => row.value)).toEqual([[3], [1], [1], [3]]);
  });

  const refuses = (title: string, text: string, message: string, signal: Signal = 'traces') =>
    it(`refuses ${title}`, () => {
      expect(() => otlpJsonToProtobuf(signal, text)).toThrow(InputError);
      expect(() => otlpJsonToProtobuf(signal, text)).toThrow(message);
    });
  const inSpan = (fields: string) => `{"resourceSpans":[{"scopeSpans":[{"spans":[{${fields}}]}]}]}`;
  const place = 'in resourceSpans[0].scopeSpans[0].spans[0]';
  refuses('what is no JSON', '{', 'cannot decode traces: ');
  refuses('an array', '[]', 'an object is expected (ExportRequest)');
  refuses(
    'an object for an array',
    '{"resourceSpans":{}}',
    'an array is expected in resourceSpans',
  );
  refuses('a number as name', inSpan('"name":1'), `a string is expected ${place}.name`);
  refuses(
    'text as time',
    inSpan('"startTimeUnixNano":"x"'),
    'an integer from 0 to 18446744073709551',
  );
  refuses('a negative time', inSpan('"startTimeUnixNano":-1'), 'an integer from 0 to');
  refuses('a fraction as time', inSpan('"startTimeUnixNano":1.5'), 'an integer from 0 to');
  refuses('a time of 100 digits', inSpan(`"startTimeUnixNano":${'1'.repeat(100)}`), 'an integer');
  refuses('ids in base64', inSpan('"traceId":"AQIDBA=="'), 'bytes in hexadecimal are expected');
  refuses('an unknown enum', inSpan('"kind":"SPAN_KIND_X"'), 'one of SPAN_KIND_UNSPECIFIED, ');
  refuses(
    'an enum that is no int32',
    inSpan('"kind":4294967296'),
    'one of SPAN_KIND_UNSPECIFIED, ',
  );
  refuses('text as bool', inSpan('"attributes":[{"value":{"boolValue":"x"}}]'), 'true or false');
  refuses('other bytes', inSpan('"attributes":[{"value":{"bytesValue":"?"}}]'), 'bytes in base64');
  refuses('text as double', inSpan('"attributes":[{"value":{"doubleValue":"1x"}}]'), 'a number is');

  it('rejects a span whose values nest too deep, and that alone', () => {
    const deep = `${'{"arrayValue":{"values":['.repeat(1000)}{}${']}}'.repeat(1000)}`;
    const text = `{"resourceSpans":[{"scopeSpans":[{"spans":[{${ids},"name":"deep",
      "attributes":[{"key":"k","value":${deep}}]},{${ids},"name":"good"}]}]}]}`;
    const { batch, rejection } = decodeTraces(otlpJsonToProtobuf('traces', text), context);
    expect(rowsOf(batch, 'otel_spans')).toMatchObject([{ name: 'good' }]);
    expect(rejection).toMatchObject({ count: 1, message: expect.stringContaining('nested') });
  });

  it('reads long integers in hostile text in linear time', () => {
    const text = `{"a":1234567890123456,"b":"${'\\"'.repeat(300_000)}`;
    expect(() => otlpJsonToProtobuf('traces', text)).toThrow(InputError);
    expect(() => otlpJsonToProtobuf('traces', `[1234567890123456${'"'.repeat(300_001)}`)).toThrow(
      InputError,
    );
  });
});
