// `multiline`: lines from one that begins a block to the next such line become one. Blocks are per
// stream, which here is a set of labels. A block that gets no line for a while is handed on.
import type { CollectedEntry } from '#pipeline/log/entry.ts';
import type { MultilineStage } from '#pipeline/log/stage-config.ts';
import {
  defineStage,
  invalid,
  type StageContext,
  type StageEntry,
  type Step,
} from './definition.ts';
import { joinReceipts } from './receipts.ts';
import { compileExpression } from './regex-text.ts';
import { labelsKey } from './value.ts';

/** Streams with a block, per stage. One more, and the oldest is handed on and forgotten. */
export const multilineStreamsMax = 10_000;

export const multiline = defineStage<MultilineStage>({
  kind: 'multiline',
  doc: 'Joins lines into blocks, each from a line that an expression matches to the next.',
  example: "- multiline:\n    firstline: '^\\d{4}-\\d{2}-\\d{2}'\n    max_wait_time: 3s",
  prepare: (config) => {
    if (config.firstLine === '') {
      throw invalid('multiline stage config must define `firstline` regular expression');
    }
    const firstLine = compileExpression(
      config.firstLine,
      'multiline stage first line regex compilation error',
    );
    return (context, next) => {
      const blocks = new Map<string, Block>();
      const begin = (key: string, entry: StageEntry): Block => {
        const oldest = blocks.size >= multilineStreamsMax ? [...blocks.keys()][0] : undefined;
        if (oldest !== undefined) {
          blocks.get(oldest)?.handOn();
          blocks.delete(oldest);
        }
        const block = new Block(config, entry, context, next);
        blocks.set(key, block);
        return block;
      };
      context.onStop(() => {
        for (const block of blocks.values()) block.handOn();
      });
      return (entry) => {
        const key = labelsKey(entry.labels);
        const isFirst = firstLine.test(entry.line);
        const known = blocks.get(key);
        // What comes before the first block is no part of one.
        if (!known && !isFirst) next(entry);
        else (known ?? begin(key, entry)).add(entry, isFirst);
      };
    };
  },
});

class Block {
  readonly #config: MultilineStage;
  readonly #context: StageContext;
  readonly #next: Step;
  /** The entry of the line that began the latest block: what is joined takes all but the line of it. */
  #start: Omit<CollectedEntry, 'receipt'> & Pick<StageEntry, 'extracted'>;
  #lines: string[] = [];
  #receipts: CollectedEntry['receipt'][] = [];
  #lastMs = 0;
  #cancel: (() => void) | undefined;

  constructor(config: MultilineStage, start: StageEntry, context: StageContext, next: Step) {
    this.#config = config;
    this.#start = start;
    this.#context = context;
    this.#next = next;
  }

  add(entry: StageEntry, isFirst: boolean): void {
    if (isFirst) {
      this.handOn();
      this.#start = entry;
    }
    this.#lines.push(this.#config.trimsNewlines ? entry.line.replace(/[\r\n]+$/, '') : entry.line);
    this.#receipts.push(entry.receipt);
    this.#lastMs = this.#context.clock.monotonicMs();
    // 0 is no limit.
    if (this.#lines.length === this.#config.linesMax) this.handOn();
    else this.#cancel ??= this.#context.after(this.#config.waitMsMax, () => this.#wait());
  }

  /** Lines may have come since the timer was set; then there is more to wait. */
  #wait(): void {
    this.#cancel = undefined;
    const waitedMs = this.#context.clock.monotonicMs() - this.#lastMs;
    const restMs = this.#config.waitMsMax - waitedMs;
    if (restMs <= 0) this.handOn();
    else if (this.#lines.length > 0) {
      this.#cancel = this.#context.after(restMs, () => this.#wait());
    }
  }

  handOn(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#lines.length === 0) return;
    const { labels, timeNano, metadata, tenant, extracted } = this.#start;
    const receipt = joinReceipts(this.#receipts);
    // A block does not begin with empty lines.
    const first = this.#lines.findIndex((text) => text !== '');
    const line = first < 0 ? '' : this.#lines.slice(first).join('\n');
    this.#lines = [];
    this.#receipts = [];
    // The start stays for lines that follow after a while, so it is not given away.
    this.#next({
      labels: new Map(labels),
      timeNano,
      line,
      metadata: [...metadata],
      tenant,
      extracted: new Map(extracted),
      receipt,
    });
  }
}
