// The series of a registry: what they have counted, and their samples.
import { type Pairs, sortedPairs } from '#model/canonical.ts';
import type { SampleBatchBuilder, SeriesRef } from '#model/sample-batch.ts';
import type {
  GeneratedCounter,
  GeneratedGauge,
  GeneratedSeries,
} from '#pipeline/metric-registry.ts';

/** What samples of a series need to know of it. */
export interface SeriesIdentity {
  /** Of the metric, without `_bucket` and the like. */
  readonly name: string;
  /** Sorted, without `__name__`. */
  readonly labels: Pairs;
  readonly isOverflow: boolean;
  /**
   * Counting began here, with 0: after the last sample that any series of this registry had, and
   * before the first of this one.
   */
  readonly zeroMs: number;
}

export abstract class WrittenSeries implements GeneratedSeries {
  isAlive = true;
  readonly isOverflow: boolean;
  /** Whether it got something since its last sample was made. */
  protected isTouched = true;
  /** Whether it got something that is in no committed sample yet. */
  #isOwing = true;
  /** When something new of it was committed last. */
  #changedMs: number;
  /** The sample of 0 that is still to be written. */
  #zeroMs: number | undefined;
  protected readonly identity: SeriesIdentity;

  constructor(identity: SeriesIdentity) {
    this.identity = identity;
    this.isOverflow = identity.isOverflow;
    this.#zeroMs = identity.zeroMs;
    this.#changedMs = identity.zeroMs;
  }

  get name(): string {
    return this.identity.name;
  }

  /** Series in the store: what a limit counts. */
  abstract readonly seriesCount: number;
  protected abstract append(builder: SampleBatchBuilder, timeMs: number): void;
  protected abstract appendZero(builder: SampleBatchBuilder, timeMs: number): void;
  abstract appendStale(builder: SampleBatchBuilder, timeMs: number): void;

  /** Whether it got nothing for `staleAfterMs`. */
  isIdle(nowMs: number, staleAfterMs: number): boolean {
    return !this.isTouched && !this.#isOwing && nowMs - this.#changedMs >= staleAfterMs;
  }

  write(builder: SampleBatchBuilder, timeMs: number): void {
    if (this.isTouched) this.#isOwing = true;
    this.isTouched = false;
    if (this.#isOwing) this.#changedMs = timeMs;
    // Before the sample even where the clock was set back.
    if (this.#zeroMs !== undefined) this.appendZero(builder, Math.min(this.#zeroMs, timeMs - 1));
    this.append(builder, timeMs);
  }

  /** What was written is committed. */
  written(): void {
    this.#isOwing = false;
    this.#zeroMs = undefined;
  }
}

/** The labels of a sample: the name, those of the series, and perhaps one more. */
export const sampleLabels = (name: string, labels: Pairs, more: Pairs = []): Pairs =>
  sortedPairs([['__name__', name], ...labels, ...more]);

abstract class NumberSeries extends WrittenSeries {
  readonly seriesCount = 1;
  protected value = 0;
  protected abstract readonly type: 'counter' | 'gauge';
  #ref: SeriesRef | undefined;

  protected append(builder: SampleBatchBuilder, timeMs: number): void {
    builder.number(this.#refIn(builder), timeMs, this.value);
  }

  appendStale(builder: SampleBatchBuilder, timeMs: number): void {
    builder.stale(this.#refIn(builder), timeMs);
  }

  protected appendZero(builder: SampleBatchBuilder, timeMs: number): void {
    builder.number(this.#refIn(builder), timeMs, 0);
  }

  #refIn(builder: SampleBatchBuilder): SeriesRef {
    const { name, labels } = this.identity;
    this.#ref ??= builder.series(sampleLabels(name, labels), { type: this.type });
    return this.#ref;
  }
}

export class CounterSeries extends NumberSeries implements GeneratedCounter {
  protected readonly type = 'counter';

  add(amount: number): void {
    this.value += amount;
    this.isTouched = true;
  }
}

export class GaugeSeries extends NumberSeries implements GeneratedGauge {
  protected readonly type = 'gauge';

  set(value: number): void {
    this.value = value;
    this.isTouched = true;
  }

  /** A gauge does not begin with 0. */
  protected override appendZero(): void {}
}
