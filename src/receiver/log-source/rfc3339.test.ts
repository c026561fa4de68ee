import { expect, it } from 'vitest';
import { formatRfc3339, parseRfc3339 } from './rfc3339.ts';

const second = 1_000_000_000n;

it.each([
  ['1970-01-01T00:00:00Z', 0n],
  ['1970-01-01T00:00:01.5Z', second + second / 2n],
  ['1970-01-01T00:00:00.123456789z', 123_456_789n],
  ['1970-01-01T01:00:00+01:00', 0n],
  ['1969-12-31T23:30:00-00:30', 0n],
  ['2024-02-29T00:00:00Z', 1_709_164_800n * second],
  ['2023-02-29T00:00:00Z', undefined],
  ['2023-13-01T00:00:00Z', undefined],
  ['2023-01-01T24:00:00Z', undefined],
  ['2023-01-01T00:00:00', undefined],
  ['now', undefined],
])('%s', (text, timeNano) => expect(parseRfc3339(text)).toBe(timeNano));

it('writes what it reads', () => {
  const text = '2026-02-03T04:05:06.000000007Z';
  expect(formatRfc3339(parseRfc3339(text) as bigint)).toBe(text);
});
