// Time zones: the clock of a place at a moment, from the tables that Node has.
// https://pkg.go.dev/time#LoadLocation
import { type Zone as Offsets, utc as utcOffsets, zoneNamed } from '../go-time/zone.ts';
import { Lru } from '../lru.ts';

export interface ZoneClock {
  /** East of UTC. */
  readonly offsetSeconds: number;
  /** `CET`; where there is none the offset, as `+08`. */
  readonly abbreviation: string;
}

export interface Zone {
  readonly offsets: Offsets;
  at(unixSeconds: number): ZoneClock;
}

const utcClock: ZoneClock = { offsetSeconds: 0, abbreviation: 'UTC' };

export const utc: Zone = { offsets: utcOffsets, at: () => utcClock };

/** A zone that is always so far from UTC; without a name the offset is shown. */
export function fixedZone(offsetSeconds: number, name = ''): Zone {
  const clock = {
    offsetSeconds,
    abbreviation: name === '' ? offsetName(offsetSeconds, true) : name,
  };
  const offsets = { offsetMs: () => offsetSeconds * 1000, abbreviatedMs: () => undefined };
  return { offsets, at: () => clock };
}

const zones = new Lru<string, Zone>(50);

/** `UTC`, `Local` (UTC too) or a name such as `Europe/Berlin`; undefined when it is none. */
export function loadZone(name: string): Zone | undefined {
  if (name === '' || name === 'UTC' || name === 'Local') return utc;
  const known = zones.get(name);
  if (known) return known;
  const offsets = /^[A-Za-z]/.test(name) ? zoneNamed(name) : undefined;
  if (!offsets) return undefined;
  const at = (unixSeconds: number): ZoneClock => {
    const offsetSeconds = offsets.offsetMs(unixSeconds * 1000) / 1000;
    return {
      offsetSeconds,
      // Dear, and seldom asked for.
      get abbreviation() {
        return abbreviationAt(name, new Date(unixSeconds * 1000), offsetSeconds);
      },
    };
  };
  const zone = { offsets, at };
  zones.set(name, zone);
  return zone;
}

/** Each knows the abbreviations of its own part of the world. */
const locales = ['en-US', 'en-GB', 'en-AU', 'en-IN'];
const eastAsian: Readonly<Record<string, string>> = {
  'Asia/Tokyo': 'JST',
  'Asia/Seoul': 'KST',
  'Asia/Shanghai': 'CST',
  'Asia/Hong_Kong': 'HKT',
  'Asia/Taipei': 'CST',
  'Africa/Johannesburg': 'SAST',
};

function abbreviationAt(timeZone: string, date: Date, offsetSeconds: number): string {
  for (const locale of locales) {
    const format = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' });
    const shown = format.formatToParts(date).find(({ type }) => type === 'timeZoneName')?.value;
    if (shown !== undefined && /^[A-Z]{2,5}$/.test(shown)) return shown;
  }
  return eastAsian[timeZone] ?? offsetName(offsetSeconds);
}

/** `+08` and `+0530`, as the zones that have no better name are called. */
function offsetName(offsetSeconds: number, hasMinutes = false): string {
  const minutes = Math.trunc(Math.abs(offsetSeconds) / 60);
  const two = (value: number): string => String(value).padStart(2, '0');
  const rest = minutes % 60 === 0 && !hasMinutes ? '' : two(minutes % 60);
  return `${offsetSeconds < 0 ? '-' : '+'}${two(Math.trunc(minutes / 60))}${rest}`;
}
