// Lines that came in pieces, per stream.
import type { StageEntry, Step } from './definition.ts';
import { joinReceipts } from './receipts.ts';

export class PartialLines {
  readonly #pieces = new Map<string, StageEntry>();
  readonly #next: Step;

  constructor(next: Step) {
    this.#next = next;
  }

  get size(): number {
    return this.#pieces.size;
  }

  /** The piece with what came before it of that stream, which is forgotten here. */
  joined(key: string, entry: StageEntry): StageEntry {
    const before = this.#pieces.get(key);
    if (!before) return entry;
    this.#pieces.delete(key);
    const receipt = joinReceipts([before.receipt, entry.receipt]);
    return { ...entry, line: before.line + entry.line, receipt };
  }

  keep(key: string, entry: StageEntry): void {
    this.#pieces.set(key, entry);
  }

  /** Hands on all pieces as they are. */
  handOn(): void {
    const pieces = [...this.#pieces.values()];
    this.#pieces.clear();
    for (const piece of pieces) this.#next(piece);
  }
}
