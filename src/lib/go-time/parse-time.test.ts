import { describe, expect, it } from 'vitest';
import { namedLayouts } from './layout.ts';
import { compileLayout } from './parse-time.ts';
import { zoneNamed } from './zone.ts';

const named = (name: string): string => namedLayouts[name] as string;

const parsed = (layout: string, text: string, zone?: string): string | undefined => {
  const moment = compileLayout(layout, zone === undefined ? undefined : zoneNamed(zone))(text);
  if (!moment) return undefined;
  const nanosecond = ((moment.unixNano % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const ms = Number((moment.unixNano - nanosecond) / 1_000_000n);
  const seconds = new Date(ms).toISOString().slice(0, 19);
  return nanosecond === 0n ? seconds : `${seconds}.${String(nanosecond).padStart(9, '0')}`;
};

describe('compileLayout', () => {
  it.each([
    [named('ANSIC'), 'Mon Jan  2 15:04:05 2006', '2006-01-02T15:04:05'],
    [named('UnixDate'), 'Mon Jan  2 15:04:05 MST 2006', '2006-01-02T15:04:05'],
    [named('RubyDate'), 'Mon Jan 02 15:04:05 -0700 2006', '2006-01-02T22:04:05'],
    [named('RFC822'), '02 Jan 06 15:04 GMT', '2006-01-02T15:04:00'],
    [named('RFC822Z'), '02 Jan 06 15:04 +0130', '2006-01-02T13:34:00'],
    [named('RFC850'), 'Monday, 02-Jan-69 15:04:05 UTC', '1969-01-02T15:04:05'],
    [named('RFC1123'), 'Mon, 02 Jan 2006 15:04:05 GMT+2', '2006-01-02T13:04:05'],
    [named('RFC3339'), '2006-01-02T15:04:05Z', '2006-01-02T15:04:05'],
    [named('RFC3339'), '2006-01-02T15:04:05.25+01:00', '2006-01-02T14:04:05.250000000'],
    [named('RFC3339Nano'), '1969-12-31T23:59:59.999999999Z', '1969-12-31T23:59:59.999999999'],
    ['2006-01-02 15:04:05,000', '2024-02-29 01:02:03,456', '2024-02-29T01:02:03.456000000'],
    ['Jan _2 2006 3:04PM', 'feb  3 2024 12:07AM', '2024-02-03T00:07:00'],
    ['2/1/06 3:4:5 pm', '7/11/24 1:2:3 pm', '2024-11-07T13:02:03'],
    ['2006 002', '2024 366', '2024-12-31T00:00:00'],
    ['Monday, January 2 2006', 'Friday, march 1 2024', '2024-03-01T00:00:00'],
    ['15h04 -07 2006', '07h30 +02 2020', '2020-01-01T05:30:00'],
  ])('%s takes %s', (layout, text, expected) => {
    expect(parsed(layout, text)).toBe(expected);
  });

  it.each([
    ['2006-01-02', '2023-02-29'],
    ['2006-01-02', '2023-13-01'],
    ['2006-01-02', '2023-1-1'],
    ['2006-01-02', '2023-01-01x'],
    ['15:04', '24:00'],
    ['15:04:05.000', '10:00:00.12'],
    ['2006-01-02T15:04:05Z07:00', '2023-01-01T00:00:00'],
    ['MST', 'ab'],
    ['3:04PM', '3:04pm'],
  ])('%s refuses %s', (layout, text) => {
    expect(parsed(layout, text)).toBeUndefined();
  });

  it('reads the clock on the wall of a zone, in summer and in winter', () => {
    const layout = '2006-01-02 15:04:05';
    expect(parsed(layout, '2024-07-01 12:00:00', 'Europe/Berlin')).toBe('2024-07-01T10:00:00');
    expect(parsed(layout, '2024-01-01 12:00:00', 'Europe/Berlin')).toBe('2024-01-01T11:00:00');
    expect(parsed(layout, '2024-07-01 12:00:00', 'America/New_York')).toBe('2024-07-01T16:00:00');
    expect(parsed(`${layout} MST`, '2024-01-01 12:00:00 CEST', 'Europe/Berlin')).toBe(
      '2024-01-01T10:00:00',
    );
    expect(zoneNamed('Nowhere/Land')).toBeUndefined();
  });

  it('says when there is no year, and takes one that is given', () => {
    expect(compileLayout('Jan _2 15:04:05')('Feb 29 01:02:03')?.year).toBe(0);
    const berlin = zoneNamed('Europe/Berlin');
    const moment = compileLayout('Jan _2 15:04:05', berlin, () => 2023)('Jul 29 01:02:03');
    expect(moment?.unixNano).toBe(BigInt(Date.UTC(2023, 6, 28, 23, 2, 3)) * 1_000_000n);
  });
});
