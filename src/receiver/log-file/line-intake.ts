// Lines of one file become entries: labels, times and receipts.
import { unlessAborted } from '#lib/unless-aborted.ts';
import type { CollectedEntry } from '#pipeline/log/entry.ts';
import type { FileCounts } from './instruments.ts';
import type { ReadLedger } from './read-ledger.ts';
import type { SplitLines } from './split-lines.ts';
import type { TailContext } from './tail-context.ts';

export class LineIntake implements FileCounts {
  /** The label `filename`. */
  readonly path: string;
  readonly ledger: ReadLedger;
  lines = 0;
  readBytes = 0;
  sizeBytes = 0;
  labels: ReadonlyMap<string, string>;
  readonly #context: TailContext;

  constructor(
    path: string,
    labels: ReadonlyMap<string, string>,
    ledger: ReadLedger,
    context: TailContext,
  ) {
    this.path = path;
    this.labels = labels;
    this.ledger = ledger;
    this.#context = context;
  }

  /** Resolves when the next lines may come, or the program stops. */
  async handOn({ lines, starts, consumed }: SplitLines): Promise<void> {
    const { ledger } = this;
    this.readBytes += consumed;
    this.lines += lines.length;
    const to = ledger.offset + consumed;
    if (lines.length === 0) {
      ledger.skip(to);
      return;
    }
    const { timeNano, receipt } = ledger.begin(to, lines.length);
    const entries = lines.map(
      (line, i): CollectedEntry => ({
        labels: new Map(this.labels),
        timeNano: timeNano + BigInt(starts[i] as number),
        line,
        metadata: [],
        tenant: undefined,
        receipt,
      }),
    );
    await unlessAborted(this.#context.sink.write(entries), this.#context.signal);
  }
}
