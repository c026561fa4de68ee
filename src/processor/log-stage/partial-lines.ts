// Lines that came in pieces, per stream.
import type { StageContext, StageEntry, Step } from './definition.ts';
import { joinReceipts } from './receipts.ts';

/**
 * A piece that got no other one for this long is handed on as it is. Its file is read no further than its
 * reader can remember what waits, so that the rest may never come otherwise.
 */
export const partialLineMsMax = 60_000;

interface Piece {
  readonly entry: StageEntry;
  readonly keptMs: number;
}

export class PartialLines {
  /** The one that was kept first is first. */
  readonly #pieces = new Map<string, Piece>();
  readonly #next: Step;
  readonly #context: Pick<StageContext, 'after' | 'clock'>;
  #cancel: (() => void) | undefined;

  constructor(next: Step, context: Pick<StageContext, 'after' | 'clock' | 'onStop'>) {
    this.#next = next;
    this.#context = context;
    context.onStop(() => {
      this.#cancel?.();
      this.handOn();
    });
  }

  get size(): number {
    return this.#pieces.size;
  }

  /** The piece with what came before it of that stream, which is forgotten here. */
  joined(key: string, entry: StageEntry): StageEntry {
    const before = this.#pieces.get(key)?.entry;
    if (!before) return entry;
    this.#pieces.delete(key);
    const receipt = joinReceipts([before.receipt, entry.receipt]);
    return { ...entry, line: before.line + entry.line, receipt };
  }

  keep(key: string, entry: StageEntry): void {
    const { clock, after } = this.#context;
    this.#pieces.set(key, { entry, keptMs: clock.monotonicMs() });
    this.#cancel ??= after(partialLineMsMax, () => this.#handOnOld());
  }

  /** Hands on all pieces as they are. */
  handOn(): void {
    const pieces = [...this.#pieces.values()];
    this.#pieces.clear();
    for (const { entry } of pieces) this.#next(entry);
  }

  #handOnOld(): void {
    this.#cancel = undefined;
    const nowMs = this.#context.clock.monotonicMs();
    for (const [key, { entry, keptMs }] of this.#pieces) {
      const restMs = keptMs + partialLineMsMax - nowMs;
      if (restMs > 0) {
        this.#cancel = this.#context.after(restMs, () => this.#handOnOld());
        return;
      }
      this.#pieces.delete(key);
      this.#next(entry);
    }
  }
}
