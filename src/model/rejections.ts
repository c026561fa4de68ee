// Counts the items of one body that cannot be taken, by reason, and words it for the sender.
import type { Rejection } from './batch.ts';

/** `Reason` completes “1 data point …”; reasons are few and fixed. */
export class Rejections<Reason extends string> {
  readonly #counts = new Map<Reason, number>();
  #count = 0;
  #first = '';
  #warning = '';

  get count(): number {
    return this.#count;
  }

  /** `describe` names the item; it is asked for the first one only. */
  add(reason: Reason, describe: () => string, count = 1): void {
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
