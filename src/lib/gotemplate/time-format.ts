// Times by Go's layouts, which show how the moment Mon Jan 2 15:04:05 MST 2006 would look.
// https://pkg.go.dev/time#pkg-constants

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

export function partsOf(unixNano: bigint): TimeParts {
  const nanosecond = Number(((unixNano % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n);
  const seconds = (unixNano - BigInt(nanosecond)) / 1_000_000_000n;
  const date = new Date(Number(seconds) * 1000);
  const year = date.getUTCFullYear();
  const newYear = Date.UTC(year, 0, 1);
  return {
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    yearDay: Math.floor((date.getTime() - newYear) / 86_400_000) + 1,
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
  MST: () => 'UTC',
  'Z07:00:00': () => 'Z',
  'Z07:00': () => 'Z',
  Z0700: () => 'Z',
  Z07: () => 'Z',
  '-07:00:00': () => '+00:00:00',
  '-07:00': () => '+00:00',
  '-0700': () => '+0000',
  '-07': () => '+00',
};

const field =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|2006|MST|Z07:00:00|Z07:00|Z0700|Z07|-07:00:00|-07:00|-0700|-07|[.,](?:0+|9+)(?![0-9])|002|_2(?!006)|0[1-6]|15|PM|pm|[1-5]/g;

/** In UTC. */
export function formatTime(unixNano: bigint, layout: string): string {
  const parts = partsOf(unixNano);
  return layout.replace(field, (name) => {
    const format = fields[name];
    return format ? format(parts) : fraction(name, parts);
  });
}

/** `.000` to so many digits, `.999` without the zeros at the end. */
function fraction(name: string, { nanosecond }: TimeParts): string {
  const digits = String(nanosecond)
    .padStart(9, '0')
    .slice(0, name.length - 1)
    .padEnd(name.length - 1, '0');
  if (name[1] === '0') return name[0] + digits;
  const shown = digits.replace(/0+$/, '');
  return shown === '' ? '' : `${name[0]}${shown}`;
}
