// Maps in log records: an attribute per value, and keys of bodies in order.
import { expect, it } from 'vitest';
import { IdentityCache } from '#model/identity.ts';
import { rowsOf } from '../../../test/lib/columns.ts';
import {
  attributes,
  encodeOtlp,
  type Json,
  type JsonObject,
  logsOf,
} from '../../../test/lib/otlp-json.ts';
import { decodeLogs } from './decode.ts';

const recordOf = (record: JsonObject) => {
  const limits = { minUnixNano: undefined, maxUnixNano: undefined };
  const context = { tenant: '', nowNano: 9n, limits, identities: new IdentityCache() };
  return rowsOf(decodeLogs(encodeOtlp('logs', logsOf([record])), context).batch, 'otel_logs')[0];
};

it('an attribute that is a map becomes one per value', () => {
  const value = { é: 'x', http: { method: 'GET', codes: [{ a: 1 }] }, none: {} };
  expect(
    recordOf({ attributes: attributes({ before: 1, map: value, after: true }) }),
  ).toMatchObject({
    attributes: {
      before: '\x021',
      'map.é': 'x',
      'map.http.method': 'GET',
      'map.http.codes': '\x05[{"a":1}]',
      after: '\x01true',
    },
  });
});

it('a body that is a map has its keys in order', () => {
  const pair = (key: string, value: Json) => ({ key, value });
  const inner = { values: [pair('ü', { intValue: 2 }), pair('d', { stringValue: 'é,"' })] };
  const body = { kvlistValue: { values: [pair('z', { kvlistValue: inner }), pair('a', {})] } };
  expect(recordOf({ body })).toMatchObject({ body: '{"a":null,"z":{"d":"é,\\"","ü":2}}' });
});

it('a record without a time of its own has the time at which it was observed, once', () => {
  const observed = { time_unix_nano: 7n, observed_time_unix_nano: 0n };
  expect(recordOf({ observedTimeUnixNano: '7' })).toMatchObject(observed);
});
