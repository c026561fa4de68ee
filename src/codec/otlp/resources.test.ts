// Which rows of a batch came from which resource, for connectors.
import { expect, it } from 'vitest';
import { contextOf } from '../../../test/lib/decode-otlp.ts';
import { encodeOtlp, type Json } from '../../../test/lib/otlp-json.ts';
import { decodeTraces } from './decode.ts';

const span = (name: string, traceId = '0102030405060708090a0b0c0d0e0f10') => ({
  traceId,
  spanId: '0102030405060708',
  name,
});

const resourceSpans = (service: string, ...scopes: Json[][]) => ({
  resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
  scopeSpans: scopes.map((spans) => ({ spans })),
});

const decode = (...resources: Json[]) =>
  decodeTraces(encodeOtlp('traces', { resourceSpans: resources }), contextOf()).batch;

it('says where runs of rows came from, rows that are dropped left out', () => {
  const { origins, items } = decode(
    resourceSpans('a', [span('1'), span('bad', '')], [span('2')]),
    resourceSpans('none'),
    resourceSpans('dropped', [span('bad', '')]),
    resourceSpans('b', [span('bad', ''), span('3')]),
  );
  expect(items).toBe(3);
  expect(origins).toEqual([
    { endRow: 2, resourceAttributes: new Map([['service.name', 'a']]) },
    { endRow: 3, resourceAttributes: new Map([['service.name', 'b']]) },
  ]);
});

it('gives the same map for the same resource', () => {
  const [first] = decode(resourceSpans('same', [span('1')])).origins ?? [];
  const [again] = decode(resourceSpans('same', [span('2')])).origins ?? [];
  const [other] = decode(resourceSpans('other', [span('2')])).origins ?? [];
  expect(again?.resourceAttributes).toBe(first?.resourceAttributes);
  expect(other?.resourceAttributes).not.toBe(first?.resourceAttributes);
});

it('has the size of each span on the wire', () => {
  const { spanBytes } = decode(
    resourceSpans('a', [span('1'), span('bad', ''), span('four')]),
    resourceSpans('b', [span('12')]),
  );
  // trace_id 2 + 16, span_id 2 + 8, name 2 + its length.
  expect([...(spanBytes ?? [])]).toEqual([31, 34, 32]);
});
