// Where samples come from: the store, or a test's memory. The evaluator knows only this.
import type { GridSeries, RawSeries } from '#query/vector/value.ts';
import type { PushDownMode } from '../compile/compile.ts';
import type { Statement } from '../compile/push-down.ts';
import type { Read } from '../plan/node.ts';
import type { Budget } from './budget.ts';

export interface ReadScope {
  readonly tenant: string;
  readonly isStrict: boolean;
  readonly budget: Budget;
  /** Told of what a read had to leave out. */
  readonly onLeftOut?: (read: Read, problem: string) => void;
  /**
   * Told when samples are running totals of deltas. Two reads may differ in what rounding loses, so that
   * their samples must not stand behind each other: a total that is a little less looks like a reset.
   */
  readonly onRunningTotals?: () => void;
}

/**
 * - select gives the series that match, ordered by their labels, each with its samples of the range in
 *   the order of time, no time twice, without stale markers unless `read.withStale`.
 * - Series without a sample in the range are left out.
 * - pushDown says what the source can compute itself; `run` is only called for those.
 */
export interface SampleSource {
  readonly pushDown: PushDownMode;
  select(read: Read, scope: ReadScope): Promise<readonly RawSeries[]>;
  run(statement: Statement, scope: ReadScope): Promise<readonly GridSeries[]>;
  /**
   * Whether the series of a statement have what `run` does not look at: histograms, or starts of
   * counting where they matter. Then its samples must be selected and evaluated here.
   */
  isBeyondEngine?(statement: Statement, scope: ReadScope): Promise<boolean>;
}
