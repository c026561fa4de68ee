import { describe, expect, it } from 'vitest';
import { formatTime } from './time-format.ts';
import { parseTime } from './time-parse.ts';
import { loadZone, type Zone } from './zone.ts';

describe('times by layouts', () => {
  const ok = (layout: string, text: string, wanted: string, zone?: Zone) =>
    it(`${text} by ${layout}`, () => {
      expect(parseTime(layout, text, zone)?.toText()).toBe(wanted);
    });
  const iso = '2006-01-02T15:04:05.999999999Z07:00';
  ok('2006-01-02', '2021-11-02', '2021-11-02 00:00:00 +0000 UTC');
  ok(iso, '2023-03-10T01:32:40.34+02:00', '2023-03-10 01:32:40.34 +0200 +0200');
  ok(iso, '2023-03-10T01:32:40Z', '2023-03-10 01:32:40 +0000 UTC');
  ok('15:04', '01:02', '0000-01-01 01:02:00 +0000 UTC');
  ok('2006 MST', '2024 GMT+3', '2024-01-01 00:00:00 +0300 GMT+3');
  ok('2006-01-02', '2024-07-01', '2024-07-01 00:00:00 +0200 CEST', loadZone('Europe/Berlin'));

  it('may not be there', () => expect(parseTime('2006-01-02', '2021-13-02')).toBeUndefined());
});

describe('zones', () => {
  const shown = (name: string, layout: string): string =>
    formatTime(1_720_000_000_000_000_000n, layout, loadZone(name));
  it('have names and offsets', () => {
    expect(shown('Europe/Berlin', '15:04 MST -07:00')).toBe('11:46 CEST +02:00');
    expect(shown('America/New_York', '15:04 MST Z0700 Z07')).toBe('05:46 EDT -0400 -04');
    expect(shown('Asia/Kolkata', 'MST -070000 Z07:00:00')).toBe('IST +053000 +05:30:00');
    expect(shown('Asia/Singapore', 'MST -07')).toBe('+08 +08');
    expect(shown('UTC', 'MST Z07:00 -0700')).toBe('UTC Z +0000');
  });
  it('may be unknown', () => expect(loadZone('Nowhere/Land')).toBeUndefined());
});
