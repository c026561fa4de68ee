import { describe, expect, it } from 'vitest';
import { formatTime } from './time-format.ts';
import { parseTime } from './time-parse.ts';
import { loadZone, type Zone } from './zone.ts';

const iso = '2006-01-02T15:04:05.999999999Z07:00';

describe('times by layouts', () => {
  const ok = (layout: string, text: string, wanted: string, zone?: Zone) =>
    it(`${text} by ${layout}`, () => {
      const read = parseTime(layout, text, zone);
      expect(read && formatTime(read.unixNano, iso)).toBe(wanted);
    });
  ok('2006-01-02', '2021-11-02', '2021-11-02T00:00:00Z');
  ok(iso, '2023-03-10T01:32:40.340485723+02:00', '2023-03-09T23:32:40.340485723Z');
  ok(iso, '2023-03-10T01:32:40Z', '2023-03-10T01:32:40Z');
  ok('Jan _2 15:04:05 2006', 'mar  7 09:08:07 2024', '2024-03-07T09:08:07Z');
  ok('Monday, 02-Jan-06 3:04PM', 'Friday, 01-Feb-69 12:30AM', '1969-02-01T00:30:00Z');
  ok('15:04:05', '01:02:03.5', '0000-01-01T01:02:03.5Z');
  ok('2006-002 -0700', '2024-060 -0130', '2024-02-29T01:30:00Z');
  ok('2006-01-02 15:04 MST', '2024-07-01 12:00 GMT+3', '2024-07-01T09:00:00Z');
  ok('2006-01-02 15:04', '2024-07-01 12:00', '2024-07-01T10:00:00Z', loadZone('Europe/Berlin'));
  ok('2006-01-02 15:04', '2024-01-01 12:00', '2024-01-01T17:00:00Z', loadZone('America/New_York'));

  const bad = (layout: string, text: string) =>
    it(`${text} is not ${layout}`, () => expect(parseTime(layout, text)).toBeUndefined());
  bad('2006-01-02', '2021-13-02');
  bad('2006-01-02', '2021-02-30');
  bad('2006-01-02', '2021-02-03 ');
  bad('15:04', '24:00');
  bad('Jan 2', 'Foo 2');
  bad('.000', '.12');
});

describe('zones', () => {
  const shown = (name: string, layout: string): string =>
    formatTime(1_720_000_000_000_000_000n, layout, loadZone(name));
  it('have names and offsets', () => {
    expect(shown('Europe/Berlin', '15:04 MST -07:00')).toBe('11:46 CEST +02:00');
    expect(shown('America/New_York', '15:04 MST Z0700')).toBe('05:46 EDT -0400');
    expect(shown('Asia/Kolkata', 'MST -070000')).toBe('IST +053000');
    expect(shown('Asia/Singapore', 'MST -07')).toBe('+08 +08');
    expect(shown('UTC', 'MST Z07:00')).toBe('UTC Z');
  });
  it('may be unknown', () => expect(loadZone('Nowhere/Land')).toBeUndefined());
});
