// A source of samples that remembers what one query read through it: for the statistics of the query,
// and to tell how much of it ran in the engine.
import type { GridSeries, RawSeries } from '#query/vector/value.ts';
import type { PushDownMode } from './compile/compile.ts';
import type { Statement } from './compile/push-down.ts';
import { type Read, readKey } from './plan/node.ts';
import type { ReadScope, SampleSource } from './read/source.ts';

/** Whether every selector of a query was computed by the engine, some were, or none. */
export type Pushed = 'all' | 'part' | 'none';

export class ObservedSource implements SampleSource {
  readonly pushDown: PushDownMode;
  readonly isBeyondEngine?: NonNullable<SampleSource['isBeyondEngine']>;
  readonly #source: SampleSource;
  readonly #samples = new Map<string, readonly RawSeries[]>();
  #statements = 0;

  /** With `keepsSamples` nothing is pushed down, so that `samplesOf` knows all. */
  constructor(source: SampleSource, keepsSamples: boolean) {
    this.#source = source;
    this.pushDown = keepsSamples ? 'never' : source.pushDown;
    if (source.isBeyondEngine) this.isBeyondEngine = source.isBeyondEngine.bind(source);
  }

  async select(read: Read, scope: ReadScope): Promise<readonly RawSeries[]> {
    const series = await this.#source.select(read, scope);
    this.#samples.set(readKey(read), series);
    return series;
  }

  run(statement: Statement, scope: ReadScope): Promise<readonly GridSeries[]> {
    this.#statements++;
    return this.#source.run(statement, scope);
  }

  readonly samplesOf = (read: Read): readonly RawSeries[] => this.#samples.get(readKey(read)) ?? [];

  get pushed(): Pushed {
    if (this.#statements === 0) return 'none';
    return this.#samples.size === 0 ? 'all' : 'part';
  }
}
