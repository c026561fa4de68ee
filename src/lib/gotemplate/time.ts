// Go's time.Time and time.Duration as values of templates.
import { formatFloat } from './format-float.ts';
import { dayNames, formatTime, monthNames, partsOf, type TimeParts } from './time-format.ts';
import { type GoFunction, GoObject, type GoParameter, type GoValue, goFunction } from './value.ts';
import { utc, type Zone } from './zone.ts';

const second = 1_000_000_000n;

/** Of a `time.Duration` parameter. */
export const durationParameter: GoParameter = {
  typeName: 'time.Duration',
  accepts: (value) => value instanceof GoDuration,
};

/** Of a `time.Time` parameter. */
export const timeParameter: GoParameter = {
  typeName: 'time.Time',
  accepts: (value) => value instanceof GoTime,
};

const reader = (read: () => GoValue): GoFunction => goFunction([], read);

export class GoDuration extends GoObject {
  readonly typeName = 'time.Duration';
  readonly nanoseconds: bigint;
  constructor(nanoseconds: bigint) {
    super();
    this.nanoseconds = nanoseconds;
  }
  override toText(): string {
    return formatGoDuration(this.nanoseconds);
  }
  override isTrue(): boolean {
    return this.nanoseconds !== 0n;
  }
  override basic(): bigint {
    return this.nanoseconds;
  }
  override method(name: string): GoFunction | undefined {
    const { nanoseconds } = this;
    switch (name) {
      case 'String':
        return reader(() => this.toText());
      case 'Nanoseconds':
        return reader(() => nanoseconds);
      case 'Microseconds':
        return reader(() => nanoseconds / 1000n);
      case 'Milliseconds':
        return reader(() => nanoseconds / 1_000_000n);
      case 'Seconds':
        return reader(() => Number(nanoseconds) / 1e9);
      case 'Minutes':
        return reader(() => Number(nanoseconds) / 6e10);
      case 'Hours':
        return reader(() => Number(nanoseconds) / 3.6e12);
      case 'Abs':
        return reader(() => new GoDuration(nanoseconds < 0n ? -nanoseconds : nanoseconds));
      case 'Truncate':
        return goFunction([durationParameter], ([unit]) => truncate(this, unit as GoDuration));
      default:
        return undefined;
    }
  }
}

function truncate({ nanoseconds }: GoDuration, unit: GoDuration): GoDuration {
  if (unit.nanoseconds <= 0n) return new GoDuration(nanoseconds);
  return new GoDuration(nanoseconds - (nanoseconds % unit.nanoseconds));
}

const partReaders: Readonly<Record<string, (parts: TimeParts) => GoValue>> = {
  Year: ({ year }) => BigInt(year),
  Month: ({ month }) => monthNames[month - 1],
  Day: ({ day }) => BigInt(day),
  Hour: ({ hour }) => BigInt(hour),
  Minute: ({ minute }) => BigInt(minute),
  Second: (parts) => BigInt(parts.second),
  Nanosecond: ({ nanosecond }) => BigInt(nanosecond),
  Weekday: ({ weekday }) => dayNames[weekday],
  YearDay: ({ yearDay }) => BigInt(yearDay),
};

export class GoTime extends GoObject {
  readonly typeName = 'time.Time';
  readonly unixNano: bigint;
  readonly zone: Zone;
  constructor(unixNano: bigint, zone: Zone = utc) {
    super();
    this.unixNano = unixNano;
    this.zone = zone;
  }
  override toText(): string {
    return formatTime(this.unixNano, '2006-01-02 15:04:05.999999999 -0700 MST', this.zone);
  }
  override method(name: string): GoFunction | undefined {
    const { unixNano, zone } = this;
    const part = Object.hasOwn(partReaders, name) ? partReaders[name] : undefined;
    if (part) return reader(() => part(partsOf(unixNano, zone)));
    switch (name) {
      case 'String':
        return reader(() => this.toText());
      case 'UTC':
      case 'Local':
        return reader(() => new GoTime(unixNano));
      case 'Unix':
        return reader(() => floorDivide(unixNano, second));
      case 'UnixMilli':
        return reader(() => floorDivide(unixNano, 1_000_000n));
      case 'UnixMicro':
        return reader(() => floorDivide(unixNano, 1000n));
      case 'UnixNano':
        return reader(() => unixNano);
      case 'Format':
        return goFunction(['string'], ([layout]) => formatTime(unixNano, layout as string, zone));
      case 'Add':
        return goFunction(
          [durationParameter],
          ([by]) => new GoTime(unixNano + (by as GoDuration).nanoseconds, zone),
        );
      default:
        return comparing(name, unixNano);
    }
  }
}

function comparing(name: string, unixNano: bigint): GoFunction | undefined {
  const compare = (of: (other: bigint) => GoValue): GoFunction =>
    goFunction([timeParameter], ([other]) => of((other as GoTime).unixNano));
  switch (name) {
    case 'Sub':
      return compare((other) => new GoDuration(unixNano - other));
    case 'Before':
      return compare((other) => unixNano < other);
    case 'After':
      return compare((other) => unixNano > other);
    case 'Equal':
      return compare((other) => unixNano === other);
    default:
      return undefined;
  }
}

const floorDivide = (value: bigint, by: bigint): bigint =>
  value < 0n && value % by !== 0n ? value / by - 1n : value / by;

/** `1h2m3.5s`, `1.5ms`, `0s`: as Duration.String. */
export function formatGoDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  const sign = nanoseconds < 0n ? '-' : '';
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (size < 1000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${decimal(size, 3)}µs`;
  if (size < second) return `${sign}${decimal(size, 6)}ms`;
  const minutes = size / (60n * second);
  const seconds = `${decimal(size % (60n * second), 9)}s`;
  if (minutes === 0n) return sign + seconds;
  const hours = minutes / 60n;
  const rest = `${minutes % 60n}m${seconds}`;
  return sign + (hours === 0n ? rest : `${hours}h${rest}`);
}

/** With so many places after the point, without zeros at the end. */
function decimal(value: bigint, places: number): string {
  const digits = String(value).padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  const whole = digits.slice(0, -places);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** Seconds as a duration, cut to nanoseconds. */
export function durationOfSeconds(seconds: number): GoDuration {
  const nanoseconds = Math.trunc(seconds * 1e9);
  if (!Number.isFinite(nanoseconds) || Math.abs(nanoseconds) >= 2 ** 63) {
    throw new Error(`${formatFloat(seconds, 'g')} seconds are no duration`);
  }
  return new GoDuration(BigInt(nanoseconds));
}
