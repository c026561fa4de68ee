// Times read by Go's layouts. What the text does not say is the first of its kind: year 0, January,
// midnight. https://pkg.go.dev/time#Parse
import { dayNames, monthNames } from './time-format.ts';
import { layoutParts } from './time-layout.ts';
import { fixedZone, utc, type Zone } from './zone.ts';

export interface ParsedTime {
  readonly unixNano: bigint;
  readonly zone: Zone;
}

/** Thrown inside only: the text does not follow the layout. */
class Mismatch extends Error {}

/** Undefined when the text does not follow the layout; `zone` is where times without an offset are. */
export function parseTime(layout: string, text: string, zone: Zone = utc): ParsedTime | undefined {
  try {
    return new TimeReader(text, zone).read(layout);
  } catch (error) {
    if (error instanceof Mismatch) return undefined;
    throw error;
  }
}

class TimeReader {
  #rest: string;
  readonly #local: Zone;
  #year = 0;
  #month = 1;
  #day = 1;
  #yearDay: number | undefined;
  #hour = 0;
  #minute = 0;
  #second = 0;
  #nano = 0;
  #isAfternoon: boolean | undefined;
  #offset: number | undefined;
  #zoneName: string | undefined;

  constructor(text: string, local: Zone) {
    this.#rest = text;
    this.#local = local;
  }

  read(layout: string): ParsedTime {
    const parts = layoutParts(layout);
    for (const [i, part] of parts.entries()) {
      if ('text' in part) this.#literal(part.text);
      else {
        const next = parts[i + 1];
        const isFractionNext = next !== undefined && 'field' in next && /^[.,]/.test(next.field);
        this.#field(part.field, isFractionNext);
      }
    }
    if (this.#rest !== '') throw new Mismatch();
    return this.#result();
  }

  /** Blanks of the layout take any number of blanks. */
  #literal(text: string): void {
    for (const piece of text.match(/ +|[^ ]+/g) ?? []) {
      if (piece.startsWith(' ')) {
        if (this.#rest !== '' && !this.#rest.startsWith(' ')) throw new Mismatch();
        this.#rest = this.#rest.replace(/^ +/, '');
      } else {
        if (!this.#rest.startsWith(piece)) throw new Mismatch();
        this.#rest = this.#rest.slice(piece.length);
      }
    }
  }

  #field(field: string, isFractionNext: boolean): void {
    switch (field) {
      case '2006':
        this.#year = Number(this.#take(/^\d{4}/));
        return;
      case '06': {
        const year = Number(this.#take(/^\d\d/));
        this.#year = year + (year >= 69 ? 1900 : 2000);
        return;
      }
      case 'January':
        this.#month = this.#name(monthNames) + 1;
        return;
      case 'Jan':
        this.#month = this.#name(monthNames.map((name) => name.slice(0, 3))) + 1;
        return;
      case 'Monday':
        this.#name(dayNames);
        return;
      case 'Mon':
        this.#name(dayNames.map((name) => name.slice(0, 3)));
        return;
      case '01':
      case '1':
        this.#month = this.#number(field === '01', 1, 12);
        return;
      case '_2':
        this.#rest = this.#rest.replace(/^ /, '');
        this.#day = this.#number(false, 0, 31);
        return;
      case '02':
      case '2':
        this.#day = this.#number(field === '02', 0, 31);
        return;
      case '002':
      case '__2':
        this.#yearDay = Number(this.#take(field === '002' ? /^\d{3}/ : /^(?:\d{3}| \d\d| {2}\d)/));
        return;
      default:
        this.#clockField(field, isFractionNext);
    }
  }

  #clockField(field: string, isFractionNext: boolean): void {
    switch (field) {
      case '15':
        this.#hour = this.#number(false, 0, 23);
        return;
      case '03':
      case '3':
        this.#hour = this.#number(field === '03', 0, 12);
        return;
      case '04':
      case '4':
        this.#minute = this.#number(field === '04', 0, 59);
        return;
      case '05':
      case '5':
        this.#second = this.#number(field === '05', 0, 59);
        // A fraction is taken even where the layout has none.
        if (!isFractionNext && /^[.,]\d/.test(this.#rest)) this.#fraction(/^[.,]\d+/);
        return;
      case 'PM':
      case 'pm': {
        const half = this.#take(field === 'PM' ? /^[AP]M/ : /^[ap]m/);
        this.#isAfternoon = half.toUpperCase() === 'PM';
        return;
      }
      case 'MST':
        this.#abbreviation();
        return;
      default:
        if (/^[.,]0/.test(field)) {
          this.#fraction(new RegExp(`^[.,]\\d{${field.length - 1}}`));
        } else if (/^[.,]9/.test(field)) {
          if (/^[.,]\d/.test(this.#rest)) this.#fraction(/^[.,]\d+/);
        } else this.#zoneOffset(field);
    }
  }

  #take(pattern: RegExp): string {
    const found = pattern.exec(this.#rest)?.[0];
    if (found === undefined) throw new Mismatch();
    this.#rest = this.#rest.slice(found.length);
    return found;
  }

  #number(isTwoDigits: boolean, min: number, max: number): number {
    const value = Number(this.#take(isTwoDigits ? /^\d\d/ : /^\d\d?/));
    if (value < min || value > max) throw new Mismatch();
    return value;
  }

  #name(names: readonly string[]): number {
    const rest = this.#rest.toLowerCase();
    const index = names.findIndex((name) => rest.startsWith(name.toLowerCase()));
    if (index < 0) throw new Mismatch();
    this.#rest = this.#rest.slice((names[index] as string).length);
    return index;
  }

  #fraction(pattern: RegExp): void {
    this.#nano = Number(this.#take(pattern).slice(1, 10).padEnd(9, '0'));
  }

  #zoneOffset(field: string): void {
    if (field.startsWith('Z') && this.#rest.startsWith('Z')) {
      this.#rest = this.#rest.slice(1);
      this.#offset = 0;
      return;
    }
    const digits = field.slice(3).replace(/0/g, '\\d');
    const found = this.#take(new RegExp(`^[+-]\\d\\d${digits}`));
    const [hours = 0, minutes = 0, seconds = 0] = (found.match(/\d\d/g) ?? []).map(Number);
    if (hours > 24 || minutes > 59 || seconds > 59) throw new Mismatch();
    const offset = hours * 3600 + minutes * 60 + seconds;
    this.#offset = found.startsWith('-') ? -offset : offset;
  }

  #abbreviation(): void {
    if (this.#rest.startsWith('UTC')) {
      this.#rest = this.#rest.slice(3);
      this.#offset = 0;
      return;
    }
    this.#zoneName = this.#take(/^(?:GMT[+-]\d{1,2}|[+-]\d\d(?:\d\d)?|[A-Z]{3,5})/);
  }

  #result(): ParsedTime {
    let hour = this.#hour;
    if (this.#isAfternoon === true && hour < 12) hour += 12;
    if (this.#isAfternoon === false && hour === 12) hour = 0;
    const date = new Date(0);
    date.setUTCFullYear(this.#year, this.#month - 1, this.#day);
    if (this.#yearDay !== undefined) date.setUTCFullYear(this.#year, 0, this.#yearDay);
    else if (date.getUTCDate() !== this.#day) throw new Mismatch();
    date.setUTCHours(hour, this.#minute, this.#second);
    return this.#placed(date.getTime() / 1000);
  }

  /** The moment at which the clock of the right zone shows these seconds. */
  #placed(local: number): ParsedTime {
    if (this.#offset !== undefined) {
      const zone = this.#offset === 0 ? utc : this.#zoneOf(local - this.#offset, this.#offset);
      return this.#moment(local - this.#offset, zone);
    }
    const guess = this.#local.at(local).offsetSeconds;
    const { offsetSeconds } = this.#local.at(local - guess);
    const seconds = local - offsetSeconds;
    const name = this.#zoneName;
    if (name === undefined || this.#local.at(seconds).abbreviation === name) {
      return this.#moment(seconds, this.#local);
    }
    // An abbreviation that the zone does not know says nothing about the offset, but GMT+3 does.
    const hours = /^GMT([+-]\d+)$/.exec(name)?.[1];
    const offset = hours === undefined ? 0 : Number(hours) * 3600;
    return this.#moment(local - offset, fixedZone(offset, name));
  }

  #zoneOf(seconds: number, offset: number): Zone {
    const { offsetSeconds } = this.#local.at(seconds);
    return offsetSeconds === offset ? this.#local : fixedZone(offset, this.#zoneName ?? '');
  }

  #moment(seconds: number, zone: Zone): ParsedTime {
    return { unixNano: BigInt(seconds) * 1_000_000_000n + BigInt(this.#nano), zone };
  }
}
