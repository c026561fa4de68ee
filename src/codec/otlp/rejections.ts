// Counts the items of one body that cannot be taken, by reason, and words it for the sender.
import type { Rejection } from '#model/batch.ts';

export type RejectionReason =
  | 'with an invalid trace id'
  | 'with an invalid span id'
  | 'with an invalid parent span id'
  | 'older than ingest.max_age allows'
  | 'newer than ingest.max_future allows'
  | 'with an attribute or body larger than ingest.max_attribute_bytes'
  | 'of a metric without a name'
  | 'of a metric whose name or unit is too long'
  | 'without a value'
  | 'with bucket counts that do not fit the bounds'
  | 'with bounds that do not rise'
  | 'with a scale outside of -10 to 20';

export class Rejections {
  readonly #counts = new Map<RejectionReason, number>();
  #count = 0;
  #first = '';
  #warning = '';

  get count(): number {
    return this.#count;
  }

  /** `describe` names the item; it is asked for the first one only. */
  add(reason: RejectionReason, describe: () => string, count = 1): void {
    if (count === 0) return;
    if (this.#count === 0) this.#first = describe();
    this.#count += count;
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
  }

  /** Something was left out, but of an item that is taken. OTLP has this as rejected: 0, message. */
  warn(message: string): void {
    if (this.#warning === '') this.#warning = message;
  }

  /** `2 spans rejected: 1 with an invalid trace id, 1 older than …; the first: span "GET /" …`. */
  toRejection(noun: string): Rejection | undefined {
    if (this.#count === 0) {
      return this.#warning === '' ? undefined : { count: 0, message: this.#warning };
    }
    const reasons = [...this.#counts].map(([reason, count]) => `${count} ${reason}`).join(', ');
    const plural = this.#count === 1 ? noun : `${noun}s`;
    return {
      count: this.#count,
      message: `${this.#count} ${plural} rejected: ${reasons}; the first: ${this.#first}`,
      reasons: this.#counts,
    };
  }
}
