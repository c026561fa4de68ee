import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeInParts, encodeMessage } from './message.ts';
import {
  queryRangeRequest,
  queryRangeResponse,
  searchRequest,
  searchResponse,
  searchTagValuesV2Response,
} from './tempopb.ts';

const bytesOf = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('encodeMessage', () => {
  it('writes values by the numbers of the table, the default ones too', () => {
    const message = { tagValues: [{ type: 'string', value: 'a' }, { type: 'int' }] };
    const first = '0a0b 0a06 737472696e67 1201 61';
    const second = '0a05 0a03 696e74';
    expect(hexOf(encodeMessage(searchTagValuesV2Response, message))).toBe(
      hexOf(bytesOf(first + second)),
    );
  });

  it('writes maps, text of 64 bits, and values of one of many types', () => {
    const span = {
      spanID: '01',
      startTimeUnixNano: '18446744073709551615',
      attributes: [
        { key: 'a', value: { intValue: '-1' } },
        { key: 'b', value: { boolValue: false } },
        { key: 'c', value: { arrayValue: { values: [{ doubleValue: 'NaN' }] } } },
      ],
    };
    const trace = {
      traceID: 'ab',
      durationMs: 300,
      spanSets: [{ spans: [span], matched: 1 }],
      serviceStats: { shop: { spanCount: 2, errorCount: 1 } },
    };
    const message = { traces: [trace], metrics: { inspectedTraces: 5 } };
    const read = decodeMessage(searchResponse, encodeMessage(searchResponse, message));
    const attributes = [
      ...span.attributes.slice(0, 2),
      { key: 'c', value: { arrayValue: { values: [{ doubleValue: Number.NaN }] } } },
    ];
    const back = { ...trace, spanSets: [{ spans: [{ ...span, attributes }], matched: 1 }] };
    expect(JSON.parse(JSON.stringify(read))).toEqual(
      JSON.parse(JSON.stringify({ ...message, traces: [back] })),
    );
  });

  it('leaves out what the table does not have', () =>
    expect(encodeMessage(searchResponse, { other: 1, status: 'PARTIAL' })).toHaveLength(0));
});

describe('decodeMessage', () => {
  it('reads a request as clients write it', () => {
    // Tags { a: 'b' }, Limit 20, start 1700000000, Query '{}', and a field that nobody knows.
    const bytes = bytesOf('0a06 0a0161 120162 2014 2880e2cfaa06 42027b7d f8070a');
    expect({ ...decodeMessage(searchRequest, bytes) }).toEqual({
      Tags: Object.assign(Object.create(null), { a: 'b' }),
      Limit: 20,
      start: 1_700_000_000,
      Query: '{}',
    });
  });

  it('keeps nanoseconds exact', () => {
    const bytes = encodeMessage(queryRangeRequest, {
      start: '1793491200000000001',
      exemplars: 100,
    });
    expect(decodeMessage(queryRangeRequest, bytes)).toEqual({
      start: '1793491200000000001',
      exemplars: 100,
    });
  });

  it('passes over a field of another type', () =>
    expect(decodeMessage(searchRequest, bytesOf('2201 61 3003'))).toEqual({ end: 3 }));

  it('refuses what is no protobuf', () => {
    const refused = () => decodeMessage(searchRequest, bytesOf('0aff'));
    expect(refused).toThrow(expect.objectContaining({ code: 'tempo_protobuf' }));
  });
});

describe('encodeInParts', () => {
  const series = Array.from({ length: 10 }, (_, n) => ({
    labels: [{ key: 'n', value: { intValue: String(n) } }],
    samples: [{ timestampMs: '1', value: n }],
  }));
  const message = { series, metrics: { totalJobs: 1 } };
  const partsOf = (bytesMax: number) =>
    [...encodeInParts(queryRangeResponse, message, { list: 'series', bytesMax })].map((bytes) => ({
      bytes,
      read: decodeMessage(queryRangeResponse, bytes) as { series?: object[]; metrics?: object },
    }));

  it('is one part when it fits', () => {
    const [part, ...others] = partsOf(1000);
    expect(others).toEqual([]);
    expect(part?.read).toEqual(message);
    expect(part?.bytes).toEqual(encodeMessage(queryRangeResponse, message));
  });

  it('keeps the order and the size, and ends with the other fields', () => {
    const parts = partsOf(60);
    expect(parts.length).toBeGreaterThan(3);
    for (const { bytes } of parts.slice(0, -1)) expect(bytes.length).toBeLessThanOrEqual(60);
    expect(parts.flatMap(({ read }) => read.series ?? [])).toEqual(series);
    expect(parts.map(({ read }) => read.metrics !== undefined)).toEqual(
      parts.map((_, at) => at === parts.length - 1),
    );
  });

  it('sends a large item alone', () => expect(partsOf(1)).toHaveLength(10));

  it('of nothing is one empty part', () => {
    const options = { list: 'series', bytesMax: 10 };
    expect([...encodeInParts(queryRangeResponse, { series: [] }, options)]).toEqual([
      new Uint8Array(0),
    ]);
  });
});
