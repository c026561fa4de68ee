// Time zones: the clock of a place at a moment, from the tables that Node has.
// https://pkg.go.dev/time#LoadLocation

export interface ZoneClock {
  /** East of UTC. */
  readonly offsetSeconds: number;
  /** `CET`; where there is none the offset, as `+08`. */
  readonly abbreviation: string;
}

export interface Zone {
  readonly name: string;
  at(unixSeconds: number): ZoneClock;
}

const utcClock: ZoneClock = { offsetSeconds: 0, abbreviation: 'UTC' };

export const utc: Zone = { name: 'UTC', at: () => utcClock };

/** A zone that is always so far from UTC; without a name the offset is shown. */
export function fixedZone(offsetSeconds: number, name = ''): Zone {
  const clock = { offsetSeconds, abbreviation: name === '' ? offsetName(offsetSeconds) : name };
  return { name, at: () => clock };
}

/** `UTC`, `Local` (UTC too) or a name such as `Europe/Berlin`; undefined when it is none. */
export function loadZone(name: string): Zone | undefined {
  if (name === '' || name === 'UTC' || name === 'Local') return utc;
  if (!/^[A-Za-z]/.test(name)) return undefined;
  try {
    const parts = partsFormat(name);
    return { name, at: (unixSeconds) => clockAt(name, parts, unixSeconds) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const partsFormat = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    era: 'short',
  });

function clockAt(name: string, format: Intl.DateTimeFormat, unixSeconds: number): ZoneClock {
  const date = new Date(unixSeconds * 1000);
  const parts = new Map(format.formatToParts(date).map(({ type, value }) => [type, value]));
  const read = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  const year = parts.get('era') === 'BC' ? 1 - read('year') : read('year');
  const local = new Date(0);
  local.setUTCFullYear(year, read('month') - 1, read('day'));
  local.setUTCHours(read('hour'), read('minute'), read('second'));
  const offsetSeconds = Math.round(local.getTime() / 1000) - Math.floor(unixSeconds);
  return {
    offsetSeconds,
    // Dear, and seldom asked for.
    get abbreviation() {
      return abbreviationAt(name, date, offsetSeconds);
    },
  };
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

function offsetName(offsetSeconds: number): string {
  const minutes = Math.trunc(Math.abs(offsetSeconds) / 60);
  const two = (value: number): string => String(value).padStart(2, '0');
  const rest = minutes % 60 === 0 ? '' : two(minutes % 60);
  return `${offsetSeconds < 0 ? '-' : '+'}${two(Math.trunc(minutes / 60))}${rest}`;
}
