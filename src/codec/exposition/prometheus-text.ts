// The text format of Prometheus, 0.0.4, and 1.0.0 with quoted names.
// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
import { isUtf8 } from '#lib/utf8.ts';
import { type EntryKind, entryKind, type MetricType } from './page.ts';
import { plainText, unescapedText, unescapeHelp } from './series-text.ts';
import { byte, TextPage } from './text-page.ts';

const types: ReadonlyMap<string, MetricType> = new Map([
  ['counter', 'counter'],
  ['gauge', 'gauge'],
  ['histogram', 'histogram'],
  ['summary', 'summary'],
  ['untyped', 'unknown'],
]);

export class PrometheusTextPage extends TextPage {
  protected readonly isStrict = false;

  next(): EntryKind {
    const bytes = this.keyBytes;
    for (;;) {
      this.space();
      if (this.at >= bytes.length) return this.entryAt(this.at, this.at, entryKind.end);
      if (bytes[this.at] === byte.newline) {
        this.at++;
        continue;
      }
      const met = this.meets();
      if (met === entryKind.sample) this.#scanSample();
      if (met !== undefined) return met;
      if (bytes[this.at] !== byte.hash) return this.#series();
      const from = this.at;
      const kind = this.#comment();
      if (kind !== undefined) return this.entryAt(from, this.at, kind);
    }
  }

  exemplar(): undefined {
    return undefined;
  }

  protected space(): void {
    const bytes = this.keyBytes;
    while (bytes[this.at] === byte.space || bytes[this.at] === byte.tab) this.at++;
  }

  #series(): EntryKind {
    const from = this.at;
    this.scanSeries();
    if (this.keyTo === from) throw this.unexpected('the name of a metric');
    this.entryAt(from, this.keyTo, entryKind.sample);
    this.#scanSample();
    return entryKind.sample;
  }

  #scanSample(): void {
    this.space();
    this.value = this.scanFloat('the value of the sample');
    this.space();
    this.hasTime = false;
    const bytes = this.keyBytes;
    if (this.at < bytes.length && bytes[this.at] !== byte.newline) {
      this.hasTime = true;
      this.timeMs = this.#scanTime();
      this.space();
      if (this.at < bytes.length && bytes[this.at] !== byte.newline) {
        throw this.unexpected('the end of the line after the timestamp');
      }
    }
    this.at++;
  }

  #scanTime(): number {
    const bytes = this.keyBytes;
    const from = this.at;
    let time = 0;
    for (; this.at < bytes.length; this.at++) {
      const digit = (bytes[this.at] as number) - 0x30;
      if (digit < 0 || digit > 9) break;
      time = time * 10 + digit;
    }
    if (this.at === from) throw this.unexpected('a timestamp or the end of the line');
    if (time > Number.MAX_SAFE_INTEGER) throw this.fail('the timestamp is too large', from);
    return time;
  }

  /** A line with `#`: a type, a help, or nothing. */
  #comment(): EntryKind | undefined {
    const lineEnd = this.endOfLine();
    this.at++;
    const afterHash = this.at;
    this.space();
    const word = this.startsWith('HELP') ? 'HELP' : this.startsWith('TYPE') ? 'TYPE' : undefined;
    const after = this.keyBytes[this.at + 4];
    if (
      this.at === afterHash ||
      word === undefined ||
      (after !== byte.space && after !== byte.tab)
    ) {
      this.at = lineEnd + 1;
      return undefined;
    }
    this.at += 4;
    this.space();
    this.#scanFamily(word);
    // One blank belongs to the syntax; what comes after it is text.
    const textAt = Math.min(this.at + 1, lineEnd);
    const text = plainText(this.keyBytes, textAt, lineEnd);
    this.at = lineEnd + 1;
    if (word === 'TYPE') {
      const type = types.get(text);
      if (type === undefined) throw this.fail(`unknown type ${JSON.stringify(text)}`, textAt);
      this.type = type;
      this.text = type;
      return entryKind.type;
    }
    if (!isUtf8(this.keyBytes, textAt, lineEnd)) throw this.fail('the help is not UTF-8', textAt);
    this.text = text.includes('\\') ? unescapeHelp(text) : text;
    return entryKind.help;
  }

  #scanFamily(word: string): void {
    const from = this.at;
    if (this.keyBytes[from] === byte.quote) {
      this.scanQuoted('the name of a metric', false);
      this.family = unescapedText(this.keyBytes, from + 1, this.at - 1);
      return;
    }
    const to = this.scanName();
    if (to === from) throw this.unexpected(`the name of a metric after ${word}`);
    this.family = plainText(this.keyBytes, from, to);
  }
}
