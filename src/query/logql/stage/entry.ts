// A line on its way through a pipeline, and its labels in their three kinds. A name is in one kind
// only. Names that clash: https://grafana.com/docs/loki/latest/query/log_queries/#parser-expression
// - structured metadata with the name of a stream label is called `<name>_extracted`;
// - so is a parsed value with the name of either, and it replaces metadata of that new name.
import { type Labels, sortedLabels } from '#query/vector/value.ts';

export interface Entry {
  line: string;
  readonly timeNano: bigint;
  readonly labels: EntryLabels;
}

/** Runs one stage; false drops the line. */
export type StageRun = (entry: Entry) => boolean;

export const errorLabel = '__error__';
export const errorDetailsLabel = '__error_details__';
/** On a line that could not be parsed, in a query that asks for such lines. */
export const preserveErrorLabel = '__preserve_error__';
const specialLabels: ReadonlySet<string> = new Set([
  errorLabel,
  errorDetailsLabel,
  preserveErrorLabel,
]);

export const isSpecialLabel = (name: string): boolean => specialLabels.has(name);

export class EntryLabels {
  readonly #base: ReadonlyMap<string, string>;
  /** That of the stream itself until a label of it is changed. */
  #stream: ReadonlyMap<string, string>;
  readonly #metadata: Map<string, string>;
  readonly #parsed = new Map<string, string>();
  /** Names that a parser or label_format has set, though they may be gone. */
  readonly #extracted = new Set<string>();
  error = '';
  errorDetails = '';

  constructor(stream: ReadonlyMap<string, string>, metadata: ReadonlyMap<string, string>) {
    this.#base = stream;
    this.#stream = stream;
    this.#metadata = new Map();
    for (const [name, value] of metadata) {
      this.#metadata.set(stream.has(name) ? `${name}_extracted` : name, value);
    }
  }

  get(name: string): string | undefined {
    if (name === errorLabel) return this.error || undefined;
    if (name === errorDetailsLabel) return this.errorDetails || undefined;
    return this.#parsed.get(name) ?? this.#metadata.get(name) ?? this.#stream.get(name);
  }

  /** Sets a value that a stage computed; it takes the place of any other of that name. */
  set(name: string, value: string): void {
    if (name === errorLabel) this.error = value;
    else if (name === errorDetailsLabel) this.errorDetails = value;
    else {
      this.#dropOfStream(name);
      this.#metadata.delete(name);
      this.#parsed.set(name, value);
      this.#extracted.add(name);
    }
  }

  /** Gives a label another name; it stays of its kind, and takes no name of a later kind away. */
  rename(from: string, to: string): void {
    const value = this.get(from);
    if (value === undefined || from === errorLabel || from === errorDetailsLabel) return;
    if (this.#parsed.has(from)) this.set(to, value);
    else if (this.#metadata.has(from)) {
      if (!this.#parsed.has(to)) {
        this.#dropOfStream(to);
        this.#metadata.set(to, value);
      }
    } else if (!this.#parsed.has(to) && !this.#metadata.has(to)) this.#ownStream().set(to, value);
    this.delete(from);
  }

  /** Whether the stream came with a label of this name. */
  isOfStream(name: string): boolean {
    return this.#base.has(name);
  }

  /** The name under which a parser may put a value. */
  parsedName(name: string): string {
    return this.#base.has(name) || this.#metadata.has(name) ? `${name}_extracted` : name;
  }

  /** Whether a parser or label_format has set the label. Parsers leave it as it is then. */
  isExtracted(name: string): boolean {
    return this.#extracted.has(name);
  }

  delete(name: string): void {
    if (name === errorLabel) this.error = '';
    else if (name === errorDetailsLabel) this.errorDetails = '';
    else {
      this.#dropOfStream(name);
      this.#metadata.delete(name);
      this.#parsed.delete(name);
    }
  }

  #ownStream(): Map<string, string> {
    const own = this.#stream === this.#base ? new Map(this.#base) : this.#stream;
    this.#stream = own;
    return own as Map<string, string>;
  }

  #dropOfStream(name: string): void {
    if (this.#stream.has(name)) this.#ownStream().delete(name);
  }

  fail(error: string, details: string): void {
    this.error = error;
    this.errorDetails = details;
  }

  *entries(): IterableIterator<readonly [string, string]> {
    yield* this.#stream;
    yield* this.#metadata;
    yield* this.#parsed;
    if (this.error !== '') yield [errorLabel, this.error];
    if (this.errorDetails !== '') yield [errorDetailsLabel, this.errorDetails];
  }

  all(): Labels {
    return sortedLabels(this.entries());
  }

  /** The labels by kind; errors count as parsed. */
  byKind(): { stream: Labels; metadata: Labels; parsed: Labels } {
    const parsed = [...this.#parsed];
    if (this.error !== '') parsed.push([errorLabel, this.error]);
    if (this.errorDetails !== '') parsed.push([errorDetailsLabel, this.errorDetails]);
    return {
      stream: sortedLabels(this.#stream),
      metadata: sortedLabels(this.#metadata),
      parsed: sortedLabels(parsed),
    };
  }
}

const plainName = /^[a-zA-Z_]\w*$/;

/** A name as a label may be called: every other character becomes `_`, one by one. */
export function toLabelName(key: string): string {
  if (plainName.test(key)) return key;
  const name = key.replace(/[^\p{ASCII}]|[^a-zA-Z0-9_]/gu, '_');
  return /^\d/.test(name) ? `_${name}` : name;
}
