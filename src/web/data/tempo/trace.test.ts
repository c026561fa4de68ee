import { describe, expect, it } from 'vitest';
import { toSummary } from './search.ts';
import { toHex, toTrace } from './trace.ts';

describe('toHex', () => {
  const ok = (id: string, digits: 16 | 32, hex: string) =>
    it(`"${id}"`, () => expect(toHex(id, digits)).toBe(hex));
  ok('4BF92F3577B34DA6A3CE929D0E0E4736', 32, '4bf92f3577b34da6a3ce929d0e0e4736');
  ok('S/kvNXezTaajzpKdDg5HNg==', 32, '4bf92f3577b34da6a3ce929d0e0e4736');
  ok('APBnqgupArc=', 16, '00f067aa0ba902b7');
  ok('', 16, '');
  ok('0000000000000000', 16, '');
  ok('AAAAAAAAAAA=', 16, '');
});

describe('toTrace', () => {
  const span = (spanId: string, start: string, more = {}) => ({
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId,
    startTimeUnixNano: start,
    endTimeUnixNano: '1700000000000000009',
    ...more,
  });
  const trace = toTrace([
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'api' } }] },
      scopeSpans: [
        {
          scope: { name: 'http' },
          spans: [
            span('00f067aa0ba902b7', '1700000000000000005', {
              kind: 'SPAN_KIND_CLIENT',
              status: { code: 'STATUS_CODE_ERROR', message: 'no' },
              attributes: [
                { key: 'b', value: { intValue: '9007199254740993' } },
                { key: 'a', value: { arrayValue: { values: [{ boolValue: true }, {}] } } },
              ],
            }),
          ],
        },
      ],
    },
    { scopeSpans: [{ spans: [span('00f067aa0ba902b8', '1700000000000000001', { kind: 2 })] }] },
  ]);
  it('is ordered by start, to the nanosecond', () =>
    expect(trace.spans.map(({ startNano }) => startNano % 10n)).toEqual([1n, 5n]));
  it('reads both spellings of kinds and statuses', () =>
    expect(trace.spans.map(({ kind, status }) => [kind, status])).toEqual([
      ['server', 'unset'],
      ['client', 'error'],
    ]));
  it('gives spans their resource and scope', () =>
    expect(trace.spans.map(({ serviceName, scopeName }) => [serviceName, scopeName])).toEqual([
      ['unknown service', ''],
      ['api', 'http'],
    ]));
  it('keeps attributes with their types, and large integers exactly', () =>
    expect(trace.spans[1]?.attributes).toEqual([
      { key: 'a', value: [true, null] },
      { key: 'b', value: '9007199254740993' },
    ]));
});

describe('toSummary', () => {
  it('adds up what services say, and leaves out what Tempo writes for a missing root', () =>
    expect(
      toSummary({
        traceID: 'ab',
        rootServiceName: '<root span not yet received>',
        startTimeUnixNano: '1700000000123456789',
        serviceStats: { b: { spanCount: 2, errorCount: 1 }, a: { spanCount: 3 } },
      }),
    ).toEqual({
      traceId: 'ab'.padStart(32, '0'),
      rootService: '',
      rootName: '',
      startMs: 1_700_000_000_123.456,
      durationMs: 0,
      matchedSpans: 0,
      spanCount: 5,
      errorCount: 1,
      services: ['a', 'b'],
    }));
});
