// Gathers the stored spans of one request, and what could not be taken of it.
import type { StoredSpan } from '#model/stored-span.ts';
import { BadSpan } from './json-fields.ts';
import type { DecodedZipkin, ZipkinSpan } from './span.ts';
import { ZipkinSpans } from './to-stored.ts';

export class SpanList {
  readonly #spans: StoredSpan[] = [];
  readonly #converter: ZipkinSpans;
  /** Kinds by identity: the halves of a call may have one id and one start. */
  readonly #kinds = new Map<string, number>();
  #rejected = 0;
  #firstProblem = '';

  /** `nowNano` is the start of spans that tell no time at all. */
  constructor(nowNano: bigint) {
    this.#converter = new ZipkinSpans(nowNano);
  }

  /** Adds the spans of one item; one that throws BadSpan is counted. */
  take(read: () => readonly ZipkinSpan[]): void {
    try {
      this.#spans.push(...read().map((span) => this.#apart(this.#converter.toStored(span))));
    } catch (error) {
      if (!(error instanceof BadSpan)) throw error;
      if (this.#rejected++ === 0) this.#firstProblem = error.describe();
    }
  }

  finish(): DecodedZipkin {
    const count = this.#rejected;
    const rejected = count === 0 ? undefined : { count, message: this.#firstProblem };
    return { spans: this.#spans, rejected };
  }

  /** A span of another kind with the same identity begins later, by what Zipkin cannot tell. */
  #apart(span: StoredSpan): StoredSpan {
    const ids = Buffer.concat([span.traceId, span.spanId]).toString('base64');
    const known = this.#kinds.get(`${ids} ${span.startUnixNano}`);
    if (known !== undefined && known !== span.kind) {
      return this.#apart({ ...span, startUnixNano: span.startUnixNano + 1n });
    }
    this.#kinds.set(`${ids} ${span.startUnixNano}`, span.kind);
    return span;
  }
}
