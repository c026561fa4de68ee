// Times, which templates format by Go's layouts; see lib/gotemplate/time.ts for their methods.
import { type Clock, systemClock } from '#lib/clock.ts';
import { GoTime, timeParameter } from '#lib/gotemplate/time.ts';
import { formatTime } from '#lib/gotemplate/time-format.ts';
import { parseTime } from '#lib/gotemplate/time-parse.ts';
import { type GoFunction, GoInt64, type GoValue, goFunction } from '#lib/gotemplate/value.ts';
import { loadZone, utc, type Zone } from '#lib/gotemplate/zone.ts';
import type { TemplateFunction } from './definition.ts';

/** Year 1, which a time is that nobody set. */
const zeroTime = -62_135_596_800_000_000_000n;

const second = 1_000_000_000n;

function read(layout: GoValue, text: GoValue, zone: Zone): GoTime {
  return parseTime(layout as string, text as string, zone) ?? new GoTime(zeroTime);
}

/** Seconds since 1970 are times too; anything else is now. */
function toTime(value: GoValue, clock: Clock): bigint {
  if (value instanceof GoTime) return value.unixNano;
  if (typeof value === 'bigint') return value * second;
  return value instanceof GoInt64 ? value.value * second : clock.nowNano();
}

const epoch = (unit: bigint): GoFunction =>
  goFunction([timeParameter], ([time]) => {
    const { unixNano } = time as GoTime;
    const isCut = unixNano < 0n && unixNano % unit !== 0n;
    return String(BigInt.asIntN(64, unixNano / unit - (isCut ? 1n : 0n)));
  });

/** Nanoseconds of one unit, by how many digits a time in it has these days. */
const unitByLength: Readonly<Record<number, bigint>> = {
  5: 86_400n * second,
  10: second,
  13: 1_000_000n,
  16: 1000n,
  19: 1n,
};

function unixToTime(text: string): GoTime {
  const problem = `unable to parse time '${text}'`;
  if (!/^[+-]?\d+$/.test(text)) {
    throw new Error(
      `${problem}: strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  }
  if (BigInt.asIntN(64, BigInt(text)) !== BigInt(text)) {
    throw new Error(`${problem}: strconv.ParseInt: parsing "${text}": value out of range`);
  }
  const unit = unitByLength[text.length];
  if (unit === undefined) throw new Error(`${problem}: %!w(<nil>)`);
  return new GoTime(BigInt.asIntN(64, BigInt(text) * unit));
}

export const timeFunctions = (clock: Clock = systemClock): readonly TemplateFunction[] => [
  {
    name: 'now',
    doc: 'The time at which the query runs.',
    example: '{{ now | unixEpoch }}',
    evaluate: goFunction([], () => new GoTime(clock.nowNano())),
  },
  {
    name: 'date',
    doc: 'A time as a text, by a layout.',
    example: '{{ __timestamp__ | date "2006-01-02 15:04" }}',
    evaluate: goFunction(['string', 'any'], ([layout, value]) =>
      formatTime(toTime(value, clock), layout as string),
    ),
  },
  {
    name: 'toDate',
    doc: 'A text as a time, by a layout.',
    example: '{{ toDate "2006-01-02" .day | unixEpoch }}',
    evaluate: goFunction(['string', 'string'], ([layout, text]) => read(layout, text, utc)),
  },
  {
    name: 'toDateInZone',
    doc: 'A text as a time, by a layout, in a time zone; one that is unknown is UTC.',
    example: '{{ .ts | toDateInZone "2006-01-02 15:04" "Europe/Berlin" | unixEpoch }}',
    evaluate: goFunction(['string', 'string', 'string'], ([layout, zone, text]) =>
      read(layout, text, loadZone(zone as string) ?? utc),
    ),
  },
  {
    name: 'unixEpoch',
    doc: 'Seconds since 1970 of a time.',
    example: '{{ __timestamp__ | unixEpoch }}',
    evaluate: epoch(second),
  },
  {
    name: 'unixEpochMillis',
    doc: 'Milliseconds since 1970 of a time.',
    example: '{{ __timestamp__ | unixEpochMillis }}',
    evaluate: epoch(1_000_000n),
  },
  {
    name: 'unixEpochNanos',
    doc: 'Nanoseconds since 1970 of a time.',
    example: '{{ __timestamp__ | unixEpochNanos }}',
    evaluate: epoch(1n),
  },
  {
    name: 'unixToTime',
    doc: 'Days, seconds, milliseconds, microseconds or nanoseconds since 1970 as a time; the number of digits says which.',
    example: '{{ .epoch | unixToTime | date "15:04:05" }}',
    evaluate: goFunction(['string'], ([text]) => unixToTime(text as string)),
  },
];
