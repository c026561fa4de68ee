// Go's time.Parse and time.ParseInLocation: a text and the layout it follows become a moment.
// https://pkg.go.dev/time#Parse
import { type LayoutPart, parseLayout } from './layout.ts';
import { FieldReader, type TimeFields } from './time-fields.ts';
import { utc, type Zone } from './zone.ts';

export interface ParsedTime {
  readonly unixNano: bigint;
  /** As it stands in the text; 0 when the layout has none. */
  readonly year: number;
  /** How far from UTC the text was taken to be. */
  readonly offsetMs: number;
  /** An abbreviation in the text that is not UTC. */
  readonly zoneName: string | undefined;
}

export type TimeParser = (text: string) => ParsedTime | undefined;

/** Undefined is what the parser gives for a text that does not follow the layout. The zone counts
 * where the text names none, and `yearOf` (a month from 1) where the layout has no year. */
export function compileLayout(
  layout: string,
  zone: Zone = utc,
  yearOf: (month: number) => number = () => 0,
): TimeParser {
  const parts = parseLayout(layout);
  return (text) => {
    const fields = readFields(text, parts);
    return fields && momentOf(fields, zone, yearOf);
  };
}

function readFields(text: string, parts: readonly LayoutPart[]): TimeFields | undefined {
  const reader = new FieldReader(text);
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as LayoutPart;
    if ('literal' in part) {
      if (!reader.literal(part.literal)) return undefined;
      continue;
    }
    const next = parts[i + 1];
    const isFraction = next !== undefined && 'field' in next && next.field === 'fraction';
    if (!reader.field(part.field, part, isFraction)) return undefined;
  }
  return reader.isAtEnd ? reader.fields : undefined;
}

const daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const daysOf = (month: number, year: number): number =>
  month === 2 && isLeap(year) ? 29 : (daysInMonth[month - 1] as number);

function momentOf(
  fields: TimeFields,
  zone: Zone,
  yearOf: (month: number) => number,
): ParsedTime | undefined {
  let { hour } = fields;
  if (fields.half === 'pm' && hour < 12) hour += 12;
  else if (fields.half === 'am' && hour === 12) hour = 0;
  const year = fields.year ?? 0;
  const date = dateOf(fields, year);
  if (!date) return undefined;
  const { minute, second } = fields;
  const wallMs = utcMs({
    ...date,
    year: fields.year ?? yearOf(date.month),
    hour,
    minute,
    second,
  });
  const offsetMs = offsetOf(fields, wallMs, zone);
  return {
    unixNano: BigInt(wallMs - offsetMs) * 1_000_000n + BigInt(fields.nanosecond),
    year,
    offsetMs,
    zoneName: fields.zoneName,
  };
}

function dateOf(
  { month, day, yearDay }: TimeFields,
  year: number,
): { month: number; day: number } | undefined {
  if (yearDay !== undefined) {
    if (yearDay < 1 || yearDay > (isLeap(year) ? 366 : 365)) return undefined;
    let [m, d] = [1, yearDay];
    for (; d > daysOf(m, year); m++) d -= daysOf(m, year);
    const isOther = (month !== undefined && month !== m) || (day !== undefined && day !== d);
    return isOther ? undefined : { month: m, day: d };
  }
  const known = { month: month ?? 1, day: day ?? 1 };
  return known.day < 1 || known.day > daysOf(known.month, year) ? undefined : known;
}

interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** As if the clock on the wall showed UTC; years below 100 are what they say. */
function utcMs({ year, month, day, hour, minute, second }: WallTime): number {
  if (year >= 100) return Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second));
  return date.setUTCFullYear(year, month - 1, day);
}

function offsetOf({ offsetMs, zoneName }: TimeFields, wallMs: number, zone: Zone): number {
  if (offsetMs !== undefined) return offsetMs;
  if (zoneName !== undefined) {
    const known = zone.abbreviatedMs(zoneName, wallMs);
    if (known !== undefined) return known;
    // Nobody knows which zone is meant: Go takes UTC, and hours after GMT at their word.
    return /^GMT[+-]/.test(zoneName) ? Number(zoneName.slice(3)) * 3_600_000 : 0;
  }
  return zoneOffsetAtWall(wallMs, zone);
}

/** The offset where the clock on the wall shows that time. */
function zoneOffsetAtWall(wallMs: number, zone: Zone): number {
  const first = zone.offsetMs(wallMs);
  const second = first === 0 ? 0 : zone.offsetMs(wallMs - first);
  return second;
}
