import { describe, expect, it } from 'vitest';
import {
  parseDirection,
  parseDurationParameter,
  parseInterval,
  parseLimit,
  parseStep,
  parseTime,
  parseTimeRange,
} from './parameters.ts';

const form = (text: string) => new URLSearchParams(text);
const second = 1_000_000_000n;

describe('parseTime', () => {
  const ok = (text: string, nano: bigint) => it(text, () => expect(parseTime(text)).toBe(nano));
  ok('1793491200', 1793491200n * second);
  ok('1793491200123456789', 1793491200123456789n);
  ok('1793491200.5', 1793491200n * second + second / 2n);
  ok('-1.5', -3n * (second / 2n));
  ok('2026-11-01T00:00:00Z', 1793491200n * second);
  ok('2026-11-01T01:00:00.000000001+01:00', 1793491200n * second + 1n);
  for (const text of ['x', '2026-11-01', '1e9', '2026-13-01T00:00:00Z']) {
    it(`refuses ${text}`, () => expect(() => parseTime(text)).toThrow('strconv.ParseInt: parsing'));
  }
});

describe('parseTimeRange', () => {
  const now = 10_000n * second;
  it('is the last hour', () => {
    expect(parseTimeRange(form(''), now)).toEqual({ startNano: 6400n * second, endNano: now });
  });
  it('counts since back from the end', () => {
    const range = parseTimeRange(form('end=9000&since=10m'), now);
    expect(range).toEqual({ startNano: 8400n * second, endNano: 9000n * second });
  });
  it('says which one is wrong', () => {
    const refused = (text: string, message: string) =>
      expect(() => parseTimeRange(form(text), now)).toThrow(message);
    refused('start=x', `could not parse 'start' parameter: strconv.ParseInt: parsing "x"`);
    refused('end=1e9', `could not parse 'end' parameter:`);
    refused('since=5x', `could not parse 'since' parameter: unknown unit "x" in duration "5x"`);
  });
});

describe('the rest', () => {
  it('reads durations of both forms', () => {
    expect(parseDurationParameter('1.5')).toBe(1_500_000_000n);
    expect(parseDurationParameter('250ms')).toBe(250_000_000n);
    expect(parseDurationParameter('1e3')).toBe(1000n * second);
    expect(() => parseDurationParameter('1e300')).toThrow('It overflows int64');
    expect(() => parseDurationParameter('x')).toThrow('cannot parse "x" to a valid duration');
  });
  it('limit', () => {
    expect(parseLimit(form(''))).toBe(100);
    expect(parseLimit(form('limit=7'))).toBe(7);
    expect(() => parseLimit(form('limit=x'))).toThrow('strconv.Atoi: parsing "x"');
    expect(() => parseLimit(form('limit=0'))).toThrow('limit must be a positive value');
  });
  it('direction', () => {
    expect(parseDirection(form(''))).toBe('backward');
    expect(parseDirection(form('direction=FORWARD'))).toBe('forward');
    expect(() => parseDirection(form('direction=up'))).toThrow("invalid direction 'up'");
  });
  it('step', () => {
    const range = { startNano: 0n, endNano: 1000n * second };
    expect(parseStep(form(''), range)).toBe(4n * second);
    expect(parseStep(form('step=60000ms'), range)).toBe(60n * second);
    expect(() => parseStep(form('step=0'), range)).toThrow('zero or negative');
    expect(() => parseStep(form('step=1ms'), range)).toThrow('11,000 points');
  });
  it('interval', () => {
    expect(parseInterval(form(''))).toBe(0n);
    expect(() => parseInterval(form('interval=-1'))).toThrow('interval must be >= 0');
  });
});
