import { describe, expect, it } from 'vitest';
import { narrowTo, whatIsAsked } from './asked.ts';

describe('whatIsAsked', () => {
  const asks = (query: string, expected: object) =>
    it(query, () => expect(whatIsAsked(query)).toMatchObject(expected));
  asks('{}', { kind: 'traces', spans: '{}', rest: '' });
  asks('{ .a } | count() > 2', { kind: 'traces', rest: '' });
  asks('{ what', { kind: 'traces', spans: '{ what' });
  asks('{ .a } >> { .b } | rate() by (name) | topk(3)', {
    kind: 'series',
    spans: '{ .a } >> { .b }',
    rest: ' | rate() by (name) | topk(3)',
    format: { unit: 'number', perSecond: true },
    exemplarsByValue: true,
  });
  asks('{} | quantile_over_time(duration, .9)', { format: { unit: 'seconds' }, isOfTimes: true });
  asks('{} | histogram_over_time(duration)', { format: { unit: 'number' }, isOfTimes: true });
  asks('{} | sum_over_time(span.bytes)', { format: { unit: 'number' }, isOfTimes: false });
  asks('({} | rate()) / ({ .a } | rate())', { kind: 'series', spans: '{}', rest: '' });
  asks('{ .a } | compare({ status = error })', {
    kind: 'comparison',
    spans: '{ .a }',
    rest: ' | compare({ status = error })',
    selection: '{ status = error }',
    valuesMax: 10,
  });
  asks('{} | compare({ .b }, 4)', { kind: 'comparison', valuesMax: 4 });
  asks('{} | compare({ .b }, 4, 1, 2)', { kind: 'series' });
});

describe('narrowTo', () => {
  const narrows = (query: string, type: string, value: string, expected: string) =>
    it(expected, () => expect(narrowTo(query, { attribute: '.a', type, value })).toBe(expected));
  narrows('{}', 'string', 'say "x"', '{ .a = "say \\"x\\"" }');
  narrows('{ name = "}" }', 'int', '200', '{ name = "}" && .a = 200 }');
  narrows('{ .x || .y }', 'bool', 'true', '{ (.x || .y) && .a = true }');
  narrows('{ .x } >> { .y }', 'nil', '', '{ .x } >> { .y } | { .a = nil }');
  narrows('{ .x } | count() > 1', 'status', 'error', '{ .x } | count() > 1 | { .a = error }');
});
