// fmt.Sprintf: flags, width, precision, `*`, argument indexes and the verbs, with Go's marks for what
// does not fit (`%!d(string=x)`, `%!d(MISSING)`). https://pkg.go.dev/fmt#hdr-Printing
import { formatValue } from './format-value.ts';
import { type Directive, formatOperand } from './printf-verb.ts';
import { type GoValue, typeNameOf } from './value.ts';

/** Go refuses wider ones too. */
const widthMax = 1_000_000;

export function sprintf(format: string, args: readonly GoValue[]): string {
  return new Printer(format, args).run();
}

class Printer {
  readonly #format: string;
  readonly #args: readonly GoValue[];
  #at = 0;
  #arg = 0;
  #isReordered = false;
  #isBadIndex = false;
  #out = '';

  constructor(format: string, args: readonly GoValue[]) {
    this.#format = format;
    this.#args = args;
  }

  run(): string {
    const format = this.#format;
    while (this.#at < format.length) {
      const percent = format.indexOf('%', this.#at);
      const end = percent < 0 ? format.length : percent;
      this.#out += format.slice(this.#at, end);
      this.#at = end + 1;
      if (percent >= 0) this.#directive();
    }
    const extra = this.#args.slice(this.#arg);
    if (!this.#isReordered && extra.length > 0) {
      const shown = extra.map((value) =>
        value === undefined ? '<nil>' : `${typeNameOf(value)}=${formatValue(value)}`,
      );
      this.#out += `%!(EXTRA ${shown.join(', ')})`;
    }
    return this.#out;
  }

  /** % flags [index] width .precision [index] verb */
  #directive(): void {
    this.#isBadIndex = false;
    const flags = this.#take(/[#0+\- ]*/y);
    this.#index();
    const width = this.#count('WIDTH');
    let precision: number | undefined;
    if (this.#format[this.#at] === '.') {
      this.#at++;
      this.#index();
      precision = this.#count('PREC') ?? 0;
    }
    this.#index();
    const code = this.#format.codePointAt(this.#at);
    if (code === undefined) {
      this.#out += '%!(NOVERB)';
      return;
    }
    const verb = String.fromCodePoint(code);
    this.#at += verb.length;
    if (verb === '%') this.#out += '%';
    else if (this.#isBadIndex) this.#out += `%!${verb}(BADINDEX)`;
    else if (this.#arg >= this.#args.length) this.#out += `%!${verb}(MISSING)`;
    else this.#out += this.#print(flags, width, precision, verb);
  }

  #print(
    flags: string,
    width: number | undefined,
    precision: number | undefined,
    verb: string,
  ): string {
    const isLeft = flags.includes('-') || (width ?? 0) < 0;
    const directive: Directive = {
      flags: isLeft ? `${flags.replaceAll('0', '')}-` : flags,
      width: width === undefined ? undefined : Math.abs(width),
      precision: precision !== undefined && precision < 0 ? undefined : precision,
      verb,
    };
    return formatOperand(this.#args[this.#arg++], directive);
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#format)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  /** `[n]`: the next operand is the nth. */
  #index(): void {
    if (this.#format[this.#at] !== '[') return;
    const text = this.#take(/\[[0-9]*\]?/y);
    const index = /^\[([0-9]+)\]$/.exec(text)?.[1];
    this.#isReordered = true;
    if (index === undefined || Number(index) < 1 || Number(index) > this.#args.length) {
      this.#isBadIndex = true;
    } else {
      this.#arg = Number(index) - 1;
    }
  }

  #count(what: 'WIDTH' | 'PREC'): number | undefined {
    if (this.#format[this.#at] !== '*') {
      const digits = this.#take(/[0-9]*/y);
      if (digits === '') return undefined;
      if (Number(digits) <= widthMax) return Number(digits);
      this.#out += `%!(BAD${what})`;
      return undefined;
    }
    this.#at++;
    const value = this.#args[this.#arg++];
    if (typeof value === 'bigint' && value <= widthMax && value >= -widthMax) return Number(value);
    this.#out += `%!(BAD${what})`;
    return undefined;
  }
}
