import { describe, expect, it } from 'vitest';
import { formatOfQuery, formatSeconds, formatValue } from './format.ts';

describe('formatSeconds', () => {
  const ok = (seconds: number, text: string) =>
    it(text, () => expect(formatSeconds(seconds)).toBe(text));
  ok(0, '0 s');
  ok(0.000_000_25, '250 ns');
  ok(0.000_34, '340 µs');
  ok(0.001_25, '1.25 ms');
  ok(0.25, '250 ms');
  ok(2.5, '2.5 s');
  ok(200, '3 m 20 s');
  ok(9000, '2.5 h');
  ok(259_200, '3 d');
});

describe('formatValue', () => {
  const ok = (value: number | undefined, unit: 'number' | 'bytes' | 'ratio', text: string) =>
    it(`${value} ${unit}`, () => expect(formatValue(value, { unit, perSecond: false })).toBe(text));
  ok(undefined, 'number', '–');
  ok(0, 'number', '0');
  ok(0.3, 'number', '0.3');
  ok(100, 'number', '100');
  ok(1500, 'number', '1.5k');
  ok(-2_000_000, 'number', '-2M');
  ok(1536, 'bytes', '1.5 KiB');
  ok(0.125, 'ratio', '12.5 %');
  ok(Number.POSITIVE_INFINITY, 'number', '∞');
  it('says per second', () =>
    expect(formatValue(12, { unit: 'bytes', perSecond: true })).toBe('12 B/s'));
});

describe('formatOfQuery', () => {
  const ok = (query: string, unit: string, perSecond: boolean) =>
    it(query, () => expect(formatOfQuery(query)).toEqual({ unit, perSecond }));
  ok('up', 'number', false);
  ok('process_resident_memory_bytes', 'bytes', false);
  ok('sum(rate(network_bytes_total[5m]))', 'bytes', true);
  ok('rate(http_requests_total[5m])', 'number', true);
  ok('rate(process_cpu_seconds_total[5m])', 'number', false);
  ok('histogram_quantile(0.95, sum by (le) (rate(d_seconds_bucket[5m])))', 'seconds', false);
  ok('sum(rate(d_seconds_count[5m]))', 'number', true);
  ok('rate(d_seconds_sum[5m]) / rate(d_seconds_count[5m])', 'seconds', false);
  ok('sum(rate(errors_total[5m])) / sum(rate(requests_total[5m]))', 'ratio', false);
});
