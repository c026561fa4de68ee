import { describe, expect, test } from 'vitest';
import {
  boundsOf,
  countParameter,
  durationParameter,
  flagParameter,
  labelOfPath,
  limitParameter,
  orderedBoundsOf,
  queryParameter,
  requiredDuration,
  requiredTime,
  timeParameter,
} from './parameters.ts';

const form = (value: string) => new URLSearchParams({ x: value });

describe('times', () => {
  const reads = (text: string, timeMs: number) =>
    test(text, () => expect(timeParameter(form(text), 'x')).toBe(timeMs));
  reads('1690000000.123456', 1_690_000_000_123);
  reads('1690000000', 1_690_000_000_000);
  reads('-5.5', -5_500);
  reads('1.69e9', 1_690_000_000_000);
  reads('2023-07-22T04:26:40.5Z', 1_690_000_000_500);
  reads('2023-07-22T06:26:40+02:00', 1_690_000_000_000);
  // Grafana asks for exemplars with milliseconds.
  reads('1690000000000', 1_690_000_000_000_000);
  reads('1_000', 1_000_000);
  reads('NaN', 0);
  reads('-Inf', 0);
  reads('292277025-08-18T07:12:54.999999999Z', 8.64e15);
  for (const text of ['now', '1e400', '2023-07-22', '2023-07-22t04:26:40z']) {
    test(`refuses ${text}`, () => {
      expect(() => timeParameter(form(text), 'x')).toThrow('invalid parameter "x"');
    });
  }
  test('a missing one is undefined', () => {
    expect(timeParameter(form(''), 'x')).toBeUndefined();
    expect(timeParameter(form('1'), 'y')).toBeUndefined();
  });
});

describe('durations', () => {
  const reads = (text: string, durationMs: number) =>
    test(text, () => expect(durationParameter(form(text), 'x')).toBe(durationMs));
  reads('15', 15_000);
  reads('0.5', 500);
  reads('1m30s', 90_000);
  reads('33.3', 33_299);
  test('refuses others', () => {
    expect(() => durationParameter(form('1m5'), 'x')).toThrow('to a valid duration');
  });
});

test('limits', () => {
  expect(limitParameter(form('40000'), 'x')).toBe(40_000);
  expect(limitParameter(form('0'), 'x')).toBeUndefined();
  expect(() => limitParameter(form('-1'), 'x')).toThrow('limit must be non-negative');
  expect(() => limitParameter(form('many'), 'x')).toThrow('as a number');
});

test('bounds', () => {
  const reversed = new URLSearchParams('start=2&end=1');
  const inOrder = { startMs: 1_000, endMs: 2_000 };
  expect(boundsOf(new URLSearchParams('start=1&end=2'))).toEqual(inOrder);
  expect(boundsOf(new URLSearchParams())).toEqual({});
  expect(boundsOf(reversed)).toEqual(inOrder);
  expect(() => orderedBoundsOf(reversed)).toThrow('must not be before');
});

test('what has to be there', () => {
  expect(() => requiredTime(form(''), 'x')).toThrow('cannot parse "" to a valid timestamp');
  expect(() => requiredDuration(form(''), 'x')).toThrow('cannot parse "" to a valid duration');
  expect(() => durationParameter(form('1e30'), 'x')).toThrow('It overflows int64');
  // The parser has the words for an empty query.
  expect(queryParameter(form('1'))).toBe('');
});

test('counts and flags', () => {
  expect(countParameter(form('0'), 'x')).toBe(0);
  expect(countParameter(form('-3'), 'x')).toBeUndefined();
  expect(() => countParameter(form('many'), 'x')).toThrow('x must be a number');
  expect(flagParameter(form('t'), 'x', 'no')).toBe(true);
  expect(flagParameter(form(''), 'x', 'no')).toBe(false);
  expect(() => flagParameter(form('constructor'), 'x', 'no')).toThrow('no: "constructor"');
});

describe('labels in paths', () => {
  const reads = (text: string, label: string) =>
    test(text, () => expect(labelOfPath(text)).toBe(label));
  reads('job', 'job');
  reads('service.name', 'service.name');
  reads('U__service_2e_name', 'service.name');
  reads('U__a__b', 'a_b');
  reads('U___e9_t_1f600_', 'ét😀');
  reads('U_x', 'U_x');
});
