// Receipts of lines in the order in which they were read, each with a mark that says how far that is. The
// mark is passed on when its lines and all before them are released.
import type { Receipt } from '#pipeline/log/entry.ts';

interface Handed<Mark> {
  readonly mark: Mark;
  held: number;
}

export class OrderedReceipts<Mark> {
  readonly #onCommitted: (mark: Mark) => void;
  #handed: Handed<Mark>[] = [];

  constructor(onCommitted: (mark: Mark) => void) {
    this.#onCommitted = onCommitted;
  }

  /** One receipt for `lines` lines (at least one); each of them releases it once. */
  begin(mark: Mark, lines: number): Receipt {
    const handed: Handed<Mark> = { mark, held: lines };
    this.#handed.push(handed);
    return {
      hold: () => {
        handed.held++;
      },
      release: () => {
        if (--handed.held === 0) this.#settle();
      },
    };
  }

  #settle(): void {
    let last: Handed<Mark> | undefined;
    while (this.#handed[0]?.held === 0) last = this.#handed.shift();
    if (last) this.#onCommitted(last.mark);
  }
}
