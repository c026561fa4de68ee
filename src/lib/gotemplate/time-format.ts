// Times by Go's layouts, which show how the moment Mon Jan 2 15:04:05 MST 2006 would look.
// https://pkg.go.dev/time#pkg-constants
import { parseLayout } from '../go-time/layout.ts';
import { utc, type Zone } from './zone.ts';

/** A moment in a zone, taken apart. */
export interface TimeParts {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly yearDay: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  /** Of the zone, east of UTC. */
  readonly offsetSeconds: number;
  readonly abbreviation: string;
}

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
export const dayNames = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
];

export function partsOf(unixNano: bigint, zone: Zone = utc): TimeParts {
  const nanosecond = Number(((unixNano % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n);
  const unixSeconds = Number((unixNano - BigInt(nanosecond)) / 1_000_000_000n);
  const clock = zone.at(unixSeconds);
  const date = new Date((unixSeconds + clock.offsetSeconds) * 1000);
  const year = date.getUTCFullYear();
  return {
    offsetSeconds: clock.offsetSeconds,
    get abbreviation() {
      return clock.abbreviation;
    },
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    yearDay: Math.floor((date.getTime() - new Date(0).setUTCFullYear(year, 0, 1)) / 86_400_000) + 1,
    weekday: date.getUTCDay(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    nanosecond,
  };
}

const two = (value: number): string => String(value).padStart(2, '0');
const clockHour = (hour: number): number => hour % 12 || 12;

const fields: Readonly<Record<string, (parts: TimeParts) => string>> = {
  January: ({ month }) => monthNames[month - 1] as string,
  Jan: ({ month }) => (monthNames[month - 1] as string).slice(0, 3),
  Monday: ({ weekday }) => dayNames[weekday] as string,
  Mon: ({ weekday }) => (dayNames[weekday] as string).slice(0, 3),
  '2006': ({ year }) => String(year).padStart(4, '0'),
  '06': ({ year }) => two(year % 100),
  '01': ({ month }) => two(month),
  '1': ({ month }) => String(month),
  '002': ({ yearDay }) => String(yearDay).padStart(3, '0'),
  '02': ({ day }) => two(day),
  _2: ({ day }) => String(day).padStart(2, ' '),
  '2': ({ day }) => String(day),
  '15': ({ hour }) => two(hour),
  '03': ({ hour }) => two(clockHour(hour)),
  '3': ({ hour }) => String(clockHour(hour)),
  '04': ({ minute }) => two(minute),
  '4': ({ minute }) => String(minute),
  '05': ({ second }) => two(second),
  '5': ({ second }) => String(second),
  PM: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  pm: ({ hour }) => (hour < 12 ? 'am' : 'pm'),
  __2: ({ yearDay }) => String(yearDay).padStart(3, ' '),
  MST: ({ abbreviation }) => abbreviation,
};

/** `Z07:00` and its like: as many parts, with or without colons, and Z for UTC where it begins so. */
function offset(form: string, { offsetSeconds }: TimeParts): string {
  if (form.startsWith('Z') && offsetSeconds === 0) return 'Z';
  const size = Math.abs(offsetSeconds);
  const clock = [Math.trunc(size / 3600), Math.trunc(size / 60) % 60, size % 60];
  const parts = form.replaceAll(':', '').length >> 1;
  const shown = clock.slice(0, parts).map(two);
  return (offsetSeconds < 0 ? '-' : '+') + shown.join(form.includes(':') ? ':' : '');
}

export function formatTime(unixNano: bigint, layout: string, zone: Zone = utc): string {
  const parts = partsOf(unixNano, zone);
  let text = '';
  for (const part of parseLayout(layout)) {
    if ('literal' in part) text += part.literal;
    else if (part.field === 'fraction') text += fraction(part.form, parts);
    else if (part.field === 'offset') text += offset(part.form, parts);
    else text += fields[part.field]?.(parts) ?? '';
  }
  return text;
}

/** `.000` to so many digits, `.999` without the zeros at the end. */
function fraction(form: string, { nanosecond }: TimeParts): string {
  const digits = String(nanosecond)
    .padStart(9, '0')
    .slice(0, form.length - 1)
    .padEnd(form.length - 1, '0');
  if (form[1] === '0') return form[0] + digits;
  const shown = digits.replace(/0+$/, '');
  return shown === '' ? '' : `${form[0]}${shown}`;
}
