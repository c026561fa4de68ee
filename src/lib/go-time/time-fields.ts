// Reads the fields of a layout one after the other from a text, as Go's time.Parse does.
import { dayNames, monthNames } from '../gotemplate/time-format.ts';
import type { LayoutField } from './layout.ts';

export interface TimeFields {
  year: number | undefined;
  month: number | undefined;
  day: number | undefined;
  yearDay: number | undefined;
  hour: number;
  minute: number;
  second: number;
  nanosecond: number;
  half: 'am' | 'pm' | undefined;
  offsetMs: number | undefined;
  zoneName: string | undefined;
}

interface FieldForm {
  readonly digits: number;
  readonly form: string;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isPoint = (char: string | undefined): boolean => char === '.' || char === ',';
const shortMonths = monthNames.map((name) => name.slice(0, 3));
const shortDays = dayNames.map((name) => name.slice(0, 3));

export class FieldReader {
  readonly #text: string;
  #at = 0;
  readonly fields: TimeFields = {
    year: undefined,
    month: undefined,
    day: undefined,
    yearDay: undefined,
    hour: 0,
    minute: 0,
    second: 0,
    nanosecond: 0,
    half: undefined,
    offsetMs: undefined,
    zoneName: undefined,
  };

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  /** Any number of blanks stands for any number of blanks. */
  literal(literal: string): boolean {
    for (let i = 0; i < literal.length; ) {
      if (literal[i] === ' ') {
        if (!this.isAtEnd && this.#text[this.#at] !== ' ') return false;
        while (literal[i] === ' ') i++;
        this.#skipBlanks(Number.POSITIVE_INFINITY);
        continue;
      }
      if (this.#text[this.#at] !== literal[i]) return false;
      i++;
      this.#at++;
    }
    return true;
  }

  /** False when the text has something else there. `isFractionNext`: the layout has one after it. */
  field(field: LayoutField, form: FieldForm, isFractionNext: boolean): boolean {
    const { fields } = this;
    switch (field) {
      case '06': {
        const year = this.#number(2, 2);
        if (year === undefined) return false;
        fields.year = year >= 69 ? 1900 + year : 2000 + year;
        return true;
      }
      case '2006':
        fields.year = this.#number(4, 4);
        return fields.year !== undefined;
      case 'Jan':
        fields.month = this.#name(shortMonths);
        return fields.month !== undefined;
      case 'January':
        fields.month = this.#name(monthNames);
        return fields.month !== undefined;
      case '1':
      case '01':
        fields.month = this.#number(field.length, 2);
        return fields.month !== undefined && fields.month >= 1 && fields.month <= 12;
      case 'Mon':
        return this.#name(shortDays) !== undefined;
      case 'Monday':
        return this.#name(dayNames) !== undefined;
      case '2':
      case '02':
      case '_2':
        if (field === '_2') this.#skipBlanks(1);
        fields.day = this.#number(field === '02' ? 2 : 1, 2);
        return fields.day !== undefined;
      case '002':
      case '__2':
        if (field === '__2') this.#skipBlanks(2);
        fields.yearDay = this.#number(field === '002' ? 3 : 1, 3);
        return fields.yearDay !== undefined;
      case 'MST':
        return this.#zoneName();
      case 'offset':
        return this.#offset(form.form);
      case 'fraction':
        return this.#fraction(form.digits);
      default:
        return this.#clock(field, isFractionNext);
    }
  }

  #clock(field: LayoutField, isFractionNext: boolean): boolean {
    const { fields } = this;
    if (field === 'PM' || field === 'pm') return this.#half(field);
    const digits = this.#number(field.startsWith('0') ? 2 : 1, 2);
    if (digits === undefined) return false;
    switch (field) {
      case '15':
        fields.hour = digits;
        return digits < 24;
      case '3':
      case '03':
        fields.hour = digits;
        return digits <= 12;
      case '4':
      case '04':
        fields.minute = digits;
        return digits < 60;
      default:
        fields.second = digits;
        // A fraction may follow where the layout has none.
        if (!isFractionNext && this.#isFraction()) this.#fraction(0);
        return digits < 60;
    }
  }

  #half(field: 'PM' | 'pm'): boolean {
    const text = this.#text.slice(this.#at, this.#at + 2);
    const lower = text.toLowerCase();
    if (
      (lower !== 'am' && lower !== 'pm') ||
      text !== (field === 'PM' ? text.toUpperCase() : lower)
    ) {
      return false;
    }
    this.fields.half = lower;
    this.#at += 2;
    return true;
  }

  #skipBlanks(countMax: number): void {
    for (let i = 0; i < countMax && this.#text[this.#at] === ' '; i++) this.#at++;
  }

  #number(digitsMin: number, digitsMax: number): number | undefined {
    let value = 0;
    let count = 0;
    for (; count < digitsMax; count++) {
      const code = this.#text.charCodeAt(this.#at + count);
      if (!isDigit(code)) break;
      value = value * 10 + code - 48;
    }
    if (count < digitsMin) return undefined;
    this.#at += count;
    return value;
  }

  /** Which of the names stands there, from 1; capitals do not matter. */
  #name(names: readonly string[]): number | undefined {
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string;
      const text = this.#text.slice(this.#at, this.#at + name.length);
      if (text.toLowerCase() === name.toLowerCase()) {
        this.#at += name.length;
        return i + 1;
      }
    }
    return undefined;
  }

  #isFraction(): boolean {
    return isPoint(this.#text[this.#at]) && isDigit(this.#text.charCodeAt(this.#at + 1));
  }

  /** `digits` of them; 0: as many as there are. */
  #fraction(digits: number): boolean {
    if (!this.#isFraction()) return digits === 0;
    let end = this.#at + 1;
    while (isDigit(this.#text.charCodeAt(end)) && (digits === 0 || end - this.#at <= digits)) end++;
    if (digits > 0 && end - this.#at !== digits + 1) return false;
    this.fields.nanosecond = Number(
      this.#text.slice(this.#at + 1, Math.min(end, this.#at + 10)).padEnd(9, '0'),
    );
    this.#at = end;
    return true;
  }

  #offset(form: string): boolean {
    if (form.startsWith('Z') && this.#text[this.#at] === 'Z') {
      this.#at++;
      this.fields.offsetMs = 0;
      return true;
    }
    const sign = this.#text[this.#at];
    if (sign !== '+' && sign !== '-') return false;
    this.#at++;
    const parts: number[] = [];
    for (const piece of form.slice(1).match(/:?\d\d/g) ?? []) {
      if (piece.startsWith(':') && this.#text[this.#at++] !== ':') return false;
      const part = this.#number(2, 2);
      if (part === undefined || part > (parts.length === 0 ? 24 : 60)) return false;
      parts.push(part);
    }
    const [hours = 0, minutes = 0, seconds = 0] = parts;
    const ms = (hours * 3600 + minutes * 60 + seconds) * 1000;
    this.fields.offsetMs = sign === '-' ? -ms : ms;
    return true;
  }

  #zoneName(): boolean {
    const rest = this.#text.slice(this.#at, this.#at + 8);
    const found =
      /^(?:UTC|ChST|MeST|WITA|GMT[+-]\d{1,2}|GMT|[+-]\d{2}|[A-Z]{4}T(?![A-Z])|[A-Z]{3}T(?![A-Z])|[A-Z]{3}(?![A-Z]))/.exec(
        rest,
      )?.[0];
    if (found === undefined) return false;
    this.#at += found.length;
    if (found === 'UTC') this.fields.offsetMs = 0;
    else this.fields.zoneName = found;
    return true;
  }
}
