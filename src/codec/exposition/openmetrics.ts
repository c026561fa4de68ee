// OpenMetrics 1.0, as strict as Prometheus is: one blank between parts, nothing around lines, and
// `# EOF` at the end.
// https://prometheus.io/docs/specs/om/open_metrics_spec/
import { isUtf8 } from '#lib/utf8.ts';
import { type EntryKind, entryKind, type MetricType, type PageExemplar } from './page.ts';
import { finishLabels, plainText, unescapedText, unescapeQuoted } from './series-text.ts';
import { byte, TextPage } from './text-page.ts';

const types: ReadonlySet<string> = new Set<MetricType>([
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
  'unknown',
]);

const words = ['HELP', 'TYPE', 'UNIT'] as const;
type Word = (typeof words)[number];
const missingEof = 'the page does not end with # EOF';

export class OpenMetricsPage extends TextPage {
  protected readonly isStrict = true;
  readonly #exemplarPlaces: number[] = [];
  #hasExemplar = false;
  #exemplarValue = 0;
  #exemplarTimeMs: number | undefined;

  next(): EntryKind {
    this.#hasExemplar = false;
    const bytes = this.keyBytes;
    if (this.at >= bytes.length) throw this.fail(missingEof);
    const met = this.meets();
    if (met === entryKind.sample) this.#scanSample();
    if (met !== undefined) return met;
    const from = this.at;
    if (bytes[from] === byte.hash) return this.#comment();
    this.scanSeries();
    if (this.keyTo === from)
      throw this.unexpected('a metric or a comment at the start of the line');
    this.entryAt(from, this.keyTo, entryKind.sample);
    this.#scanSample();
    return entryKind.sample;
  }

  exemplar(): PageExemplar | undefined {
    if (!this.#hasExemplar) return undefined;
    this.#hasExemplar = false;
    const places = this.#exemplarPlaces;
    const text = (i: number): string =>
      unescapedText(this.keyBytes, places[i] as number, places[i + 1] as number);
    const labels: [string, string][] = [];
    for (let i = 0; i < places.length; i += 4) labels.push([text(i), text(i + 2)]);
    return {
      labels: finishLabels(labels),
      value: this.#exemplarValue,
      timeMs: this.#exemplarTimeMs,
    };
  }

  protected space(): void {}

  #scanSample(): void {
    this.#blank('the value of the sample');
    this.value = this.scanFloat('the value of the sample');
    this.hasTime = false;
    if (this.keyBytes[this.at] === byte.space && !this.startsWith(' # {')) {
      this.at++;
      this.hasTime = true;
      this.timeMs = this.#scanTime('the timestamp');
    }
    if (this.startsWith(' # {')) this.#scanExemplar();
    this.#lineEnd('the end of the line');
  }

  #scanExemplar(): void {
    this.at += 4;
    this.#exemplarPlaces.length = 0;
    this.scanLabels(this.#exemplarPlaces, true);
    this.#blank('the value of the exemplar');
    this.#exemplarValue = this.scanFloat('the value of the exemplar');
    this.#exemplarTimeMs = undefined;
    if (this.keyBytes[this.at] === byte.space) {
      this.at++;
      this.#exemplarTimeMs = this.#scanTime('the timestamp of the exemplar');
    }
    this.#hasExemplar = true;
  }

  /** Seconds, as milliseconds. */
  #scanTime(what: string): number {
    const from = this.at;
    const seconds = this.scanFloat(what);
    const timeMs = Math.trunc(seconds * 1000);
    if (!Number.isSafeInteger(timeMs)) throw this.fail(`${what} is no time`, from);
    return timeMs;
  }

  #blank(what: string): void {
    if (this.keyBytes[this.at] !== byte.space) throw this.unexpected(`a blank and ${what}`);
    this.at++;
  }

  #lineEnd(what: string): void {
    if (this.at >= this.keyBytes.length) throw this.fail(missingEof);
    if (this.keyBytes[this.at] !== byte.newline) throw this.unexpected(what);
    this.at++;
  }

  #comment(): EntryKind {
    const from = this.at;
    if (this.startsWith('# EOF')) return this.#eof();
    const word = words.find((name) => this.startsWith(`# ${name} `));
    if (word === undefined) throw this.fail('expected # HELP, # TYPE, # UNIT or # EOF');
    this.at += 7;
    this.#scanFamily(word);
    const textAt = this.at + 1;
    const end = this.endOfLine();
    if (this.keyBytes[this.at] !== byte.space || end === this.keyBytes.length) {
      throw this.unexpected(`a blank and the text of ${word}`);
    }
    this.at = end + 1;
    return this.entryAt(from, this.at, this.#described(word, textAt, end));
  }

  #eof(): EntryKind {
    this.at += 5;
    if (this.keyBytes[this.at] === byte.newline) this.at++;
    if (this.at < this.keyBytes.length) throw this.fail('something comes after # EOF');
    return this.entryAt(this.at, this.at, entryKind.end);
  }

  #scanFamily(word: Word): void {
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

  #described(word: Word, from: number, to: number): EntryKind {
    const text = plainText(this.keyBytes, from, to);
    this.text = text;
    if (word === 'TYPE') {
      if (!types.has(text)) throw this.fail(`unknown type ${JSON.stringify(text)}`, from);
      this.type = text as MetricType;
      return entryKind.type;
    }
    if (word === 'UNIT') {
      if (text !== '' && !this.family.endsWith(`_${text}`)) {
        const { family } = this;
        throw this.fail(`unit "${text}" is not the end of the metric name "${family}"`, from);
      }
      return entryKind.unit;
    }
    if (!isUtf8(this.keyBytes, from, to)) throw this.fail('the help is not UTF-8', from);
    if (text.includes('\\')) this.text = unescapeQuoted(text);
    return entryKind.help;
  }
}
