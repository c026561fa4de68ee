import { describe, expect, it } from 'vitest';
import { formatDurationMs, parseDurationMs, parseSizeBytes } from './duration.ts';

describe('parseDurationMs', () => {
  const ok = (text: string, ms: number) => it(text, () => expect(parseDurationMs(text)).toBe(ms));
  const bad = (text: string) =>
    it(`refuses '${text}'`, () => expect(() => parseDurationMs(text)).toThrow('is no duration'));
  ok('0', 0);
  ok('250ms', 250);
  ok('15s', 15_000);
  ok('1h30m', 5_400_000);
  ok('7d', 604_800_000);
  ok('2w', 1_209_600_000);
  bad('');
  bad('5');
  bad('m5');
  bad('1h 30m');
  bad('-5s');
});

describe('formatDurationMs', () => {
  const ok = (ms: number, text: string) => it(text, () => expect(formatDurationMs(ms)).toBe(text));
  ok(0, '0s');
  ok(90_000, '1m30s');
  ok(604_800_000, '7d');
  ok(1500, '1s500ms');
});

describe('parseSizeBytes', () => {
  const ok = (text: string, bytes: number) =>
    it(text, () => expect(parseSizeBytes(text)).toBe(bytes));
  ok('1024', 1024);
  ok('64MiB', 67_108_864);
  ok('1.5 GB', 1_500_000_000);
  it("refuses '12 parsecs'", () =>
    expect(() => parseSizeBytes('12 parsecs')).toThrow('is no size'));
});
