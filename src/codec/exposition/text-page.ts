// What the two text formats share: series with their labels, numbers, and the lines of the last page.
import { InputError } from '#lib/errors.ts';
import { isUtf8 } from '#lib/utf8.ts';
import type { Pairs } from '#model/canonical.ts';
import { readFloat } from './float.ts';
import type { EntryKind, MetricType, Page, PageExemplar } from './page.ts';
import { entryKind } from './page.ts';
import type { PageMemory } from './page-memory.ts';
import { finishLabels, normalizedValue, unescapedText } from './series-text.ts';

export const byte = {
  tab: 0x09,
  newline: 0x0a,
  space: 0x20,
  quote: 0x22,
  hash: 0x23,
  comma: 0x2c,
  equals: 0x3d,
  backslash: 0x5c,
  open: 0x7b,
  close: 0x7d,
} as const;

const isName = new Uint8Array(256);
const isNameStart = new Uint8Array(256);
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code);
  if (/[a-zA-Z0-9_]/.test(character)) isName[code] = 1;
  if (/[a-zA-Z_]/.test(character)) isNameStart[code] = 1;
}
const colon = 0x3a;

export abstract class TextPage implements Page {
  family = '';
  text = '';
  type: MetricType = 'unknown';
  keyFrom = 0;
  keyTo = 0;
  known = -1;
  value = 0;
  hasTime = false;
  timeMs = 0;
  readonly histogram = undefined;
  readonly startMs: number | undefined = undefined;
  readonly isBesideNative = false;

  readonly keyBytes: Uint8Array;
  /** The next byte to be read. */
  protected at = 0;
  /** Of the series: name from and to, then from and to of each label's name and value. */
  protected readonly places: number[] = [];
  #kind: EntryKind = entryKind.end;
  readonly #before: PageMemory | undefined;
  readonly #now: PageMemory | undefined;
  /** The line of the last page that is expected next. */
  #expected = 0;

  /** `memory`: the last page of the target, and where this one is kept for the next. */
  constructor(bytes: Uint8Array, memory?: { before: PageMemory; now: PageMemory }) {
    this.keyBytes = bytes;
    this.#before = memory?.before;
    this.#now = memory?.now;
    this.#now?.start(bytes);
  }

  abstract next(): EntryKind;
  abstract exemplar(): PageExemplar | undefined;
  /** Goes over blanks where the format allows them. */
  protected abstract space(): void;
  protected abstract readonly isStrict: boolean;

  labels(): Pairs {
    if (this.known >= 0) {
      const { at } = this;
      this.at = this.keyFrom;
      this.scanSeries();
      this.at = at;
    }
    return this.labelsAt(this.places);
  }

  settle(id: number): void {
    this.#now?.add(this.keyFrom, this.keyTo, id, this.#kind);
    const before = this.#before;
    if (before === undefined) return;
    if (this.known >= 0) this.#expected++;
    else {
      const line = before.lineOf(id);
      if (line >= 0) this.#expected = line + 1;
    }
  }

  /** Whether the line of the last page that is next stands here: then `known` says what it was. */
  protected meets(): EntryKind | undefined {
    this.known = -1;
    const before = this.#before;
    if (before === undefined || this.#expected >= before.count) return undefined;
    const from = before.from(this.#expected);
    const size = before.to(this.#expected) - from;
    const start = this.at;
    const bytes = this.keyBytes;
    if (start + size >= bytes.length + 1) return undefined;
    const old = before.bytes;
    for (let i = 0; i < size; i++) if (old[from + i] !== bytes[start + i]) return undefined;
    const kind = before.kind(this.#expected);
    if (kind === entryKind.sample && !this.#endsSeries(start + size)) return undefined;
    this.known = before.id(this.#expected);
    this.entryAt(start, start + size, kind);
    this.at = start + size;
    return kind;
  }

  protected entryAt(from: number, to: number, kind: EntryKind): EntryKind {
    this.keyFrom = from;
    this.keyTo = to;
    this.#kind = kind;
    return kind;
  }

  /** A name without labels could go on, or its labels could come after blanks. */
  #endsSeries(at: number): boolean {
    const bytes = this.keyBytes;
    if (bytes[at - 1] === byte.close) return true;
    const after = bytes[at + 1];
    return (
      bytes[at] === byte.space && after !== byte.open && after !== byte.space && after !== byte.tab
    );
  }

  /** From the first byte of a series to behind its name and labels. */
  protected scanSeries(): void {
    const { places } = this;
    places.length = 0;
    const from = this.at;
    if (this.keyBytes[from] === byte.open) {
      places.push(-1, -1);
    } else {
      const to = this.scanName();
      places.push(from, to);
      this.space();
      if (this.keyBytes[this.at] !== byte.open) {
        this.keyTo = to;
        return;
      }
    }
    this.at++;
    this.scanLabels(places, false);
    this.keyTo = this.at;
    if (places[0] === -1) throw this.fail('the series has no metric name', from);
  }

  /** Goes over a metric name; the end of it. */
  protected scanName(): number {
    const bytes = this.keyBytes;
    let at = this.at;
    const first = bytes[at] as number;
    if (isNameStart[first] !== 1 && first !== colon) return at;
    for (at++; isName[bytes[at] as number] === 1 || bytes[at] === colon; at++);
    this.at = at;
    return at;
  }

  /** From behind `{` to behind `}`. */
  protected scanLabels(places: number[], isExemplar: boolean): void {
    const bytes = this.keyBytes;
    for (;;) {
      this.space();
      if (bytes[this.at] === byte.close) {
        this.at++;
        return;
      }
      const isQuoted = bytes[this.at] === byte.quote;
      const nameAt = this.at;
      this.#scanLabelName();
      const nameTo = this.at;
      this.space();
      const separator = bytes[this.at];
      if (isQuoted && !isExemplar && (separator === byte.comma || separator === byte.close)) {
        if (places[0] !== -1) throw this.fail('a second metric name', nameAt);
        places[0] = nameAt + 1;
        places[1] = nameTo - 1;
        if (separator === byte.comma) this.at++;
        continue;
      }
      if (separator !== byte.equals) throw this.unexpected('= after the name of a label');
      this.at++;
      this.space();
      places.push(isQuoted ? nameAt + 1 : nameAt, isQuoted ? nameTo - 1 : nameTo);
      const valueAt = this.at;
      this.scanQuoted('the value of a label in quotes', !this.isStrict);
      places.push(valueAt + 1, this.at - 1);
      this.space();
      if (bytes[this.at] === byte.comma) this.at++;
      else if (this.isStrict && bytes[this.at] !== byte.close) throw this.unexpected(', or }');
    }
  }

  #scanLabelName(): void {
    const bytes = this.keyBytes;
    if (bytes[this.at] === byte.quote) this.scanQuoted('the name of a label', true);
    else if (isNameStart[bytes[this.at] as number] === 1) {
      for (this.at++; isName[bytes[this.at] as number] === 1; this.at++);
    } else throw this.unexpected('the name of a label or }');
  }

  /** From a quote to behind the one that closes it. */
  protected scanQuoted(what: string, mayBreak: boolean): void {
    const bytes = this.keyBytes;
    const from = this.at;
    if (bytes[from] !== byte.quote) throw this.unexpected(what);
    let seen = 0;
    let at = from + 1;
    for (; ; at++) {
      if (at >= bytes.length) throw this.fail(`${what} is not closed`, from);
      let code = bytes[at] as number;
      if (code === byte.quote) break;
      if (code === byte.backslash) {
        at++;
        code = bytes[at] ?? byte.newline;
        if (code === byte.newline) throw this.fail(`${what} is not closed`, from);
      } else if (code === byte.newline && !mayBreak) {
        throw this.fail(`${what} is not closed`, from);
      }
      seen |= code;
    }
    if (seen >= 0x80 && !isUtf8(bytes, from, at)) throw this.fail(`${what} is not UTF-8`, from);
    this.at = at + 1;
  }

  protected labelsAt(places: readonly number[]): Pairs {
    const bytes = this.keyBytes;
    const text = (i: number): string =>
      unescapedText(bytes, places[i] as number, places[i + 1] as number);
    const labels: [string, string][] = [['__name__', text(0)]];
    for (let i = 2; i < places.length; i += 4) {
      const name = text(i);
      labels.push([name, normalizedValue(this.type, name, text(i + 2))]);
    }
    return finishLabels(labels);
  }

  /** A number that goes up to a blank or the end of the line. */
  protected scanFloat(what: string): number {
    const bytes = this.keyBytes;
    const from = this.at;
    let at = from;
    for (; at < bytes.length; at++) {
      const code = bytes[at] as number;
      if (code <= byte.space && this.endsNumber(code)) break;
      if (code === byte.open && !this.isStrict) break;
    }
    if (at === from) throw this.unexpected(what);
    const value = readFloat(bytes, from, at);
    if (value === undefined) {
      const shown = Buffer.from(bytes.subarray(from, Math.min(at, from + 40))).toString();
      throw this.fail(`expected ${what}, found ${JSON.stringify(shown)}`, from);
    }
    this.at = at;
    return value;
  }

  protected endsNumber(code: number): boolean {
    return code === byte.space || code === byte.newline || (code === byte.tab && !this.isStrict);
  }

  protected startsWith(word: string): boolean {
    const bytes = this.keyBytes;
    for (let i = 0; i < word.length; i++) {
      if (bytes[this.at + i] !== word.charCodeAt(i)) return false;
    }
    return true;
  }

  protected endOfLine(): number {
    const end = this.keyBytes.indexOf(byte.newline, this.at);
    return end < 0 ? this.keyBytes.length : end;
  }

  protected unexpected(what: string): InputError {
    const code = this.keyBytes[this.at];
    if (code === undefined) return this.fail(`expected ${what}, found the end of the page`);
    if (code === byte.newline) return this.fail(`expected ${what}, found the end of the line`);
    const shown =
      code >= 0x80 ? `byte 0x${code.toString(16)}` : JSON.stringify(String.fromCharCode(code));
    return this.fail(`expected ${what}, found ${shown}`);
  }

  protected fail(what: string, at = this.at): InputError {
    const before = this.keyBytes.subarray(0, at);
    let line = 1;
    for (const code of before) if (code === byte.newline) line++;
    const lineAt = before.lastIndexOf(byte.newline) + 1;
    const column = [...Buffer.from(before.subarray(lineAt)).toString()].length + 1;
    return new InputError('exposition_malformed', `line ${line}, column ${column}: ${what}`);
  }
}
