// Remembers from which time on the samples of a tenant have changed, for who remembers answers. Kept
// small: a commit makes older ones that began no earlier superfluous, and old ones are merged.
import type { Clock } from '#lib/clock.ts';
import { OperationError } from '#lib/errors.ts';
import type { Batch } from '#model/batch.ts';
import type { Column } from '#model/column.ts';
import type { WriteLog } from '../contract.ts';

/** A commit: no sample in it, or in what was merged with it, is earlier. */
interface Commit {
  readonly sequence: number;
  readonly earliestMs: number;
}

/** Writes that failed at about the same time: the engine may still commit them. */
interface Unsettled {
  earliestMs: number;
  readonly firstUntilMs: number;
  untilMs: number;
}

const commitsMax = 1024;
/** Longer than the engine goes on with an insert whose connection is gone. */
const unsettledMs = 600_000;
/** An outage fails many writes: those of so long a time are remembered as one. */
const unsettledStepMs = 10_000;

export class CommitLog implements WriteLog {
  readonly #clock: Clock;
  /** By tenant; both numbers grow from one commit to the next. */
  readonly #commits = new Map<string, Commit[]>();
  readonly #unsettled = new Map<string, Unsettled[]>();
  #sequence = 0;
  #clearedAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get sequence(): number {
    return this.#sequence;
  }

  earliestSince(tenant: string, sequence: number): number {
    if (sequence < this.#clearedAt) return -Infinity;
    const commits = this.#commits.get(tenant) ?? [];
    let low = 0;
    let high = commits.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((commits[middle] as Commit).sequence > sequence) high = middle;
      else low = middle + 1;
    }
    return Math.min(commits[low]?.earliestMs ?? Infinity, this.#earliestUnsettled(tenant));
  }

  /** To be called before the senders are told, also of what failed: it may be committed in part. */
  record(batches: readonly Batch[], error?: unknown): void {
    const isRefused = error instanceof OperationError && !error.retryable;
    for (const batch of batches) this.#record(batch, error === undefined || isRefused);
  }

  /** `isSettled` unless it may be committed later on. */
  #record({ signal, tenant, rows }: Batch, isSettled: boolean): void {
    if (signal !== 'metrics') return;
    const earliestMs = Math.min(...rows.map(({ columns }) => earliestOf(columns['time'])));
    if (earliestMs === Infinity) return;
    this.#sequence++;
    if (!isSettled) this.#addUnsettled(tenant, earliestMs);
    const commits = this.#commits.get(tenant) ?? [];
    this.#commits.set(tenant, commits);
    while ((commits.at(-1)?.earliestMs ?? -Infinity) >= earliestMs) commits.pop();
    commits.push({ sequence: this.#sequence, earliestMs });
    if (commits.length > commitsMax) mergeOlderHalf(commits);
  }

  /** Anything may have changed. */
  clear(): void {
    this.#clearedAt = ++this.#sequence;
    this.#commits.clear();
  }

  #addUnsettled(tenant: string, earliestMs: number): void {
    const untilMs = this.#clock.monotonicMs() + unsettledMs;
    const own = this.#unsettledOf(tenant);
    const last = own.at(-1);
    if (last && untilMs - last.firstUntilMs < unsettledStepMs) {
      last.earliestMs = Math.min(last.earliestMs, earliestMs);
      last.untilMs = untilMs;
      return;
    }
    this.#unsettled.set(tenant, [...own, { earliestMs, firstUntilMs: untilMs, untilMs }]);
  }

  #earliestUnsettled(tenant: string): number {
    const own = this.#unsettledOf(tenant);
    return Math.min(Infinity, ...own.map(({ earliestMs }) => earliestMs));
  }

  #unsettledOf(tenant: string): readonly Unsettled[] {
    const known = this.#unsettled.get(tenant);
    if (known === undefined) return [];
    const nowMs = this.#clock.monotonicMs();
    const own = known.filter(({ untilMs }) => untilMs > nowMs);
    if (own.length === 0) this.#unsettled.delete(tenant);
    else this.#unsettled.set(tenant, own);
    return own;
  }
}

/** Two by two: as if the earlier one had come as late as the other. */
function mergeOlderHalf(commits: Commit[]): void {
  const older = commits.splice(0, commitsMax / 2);
  const merged: Commit[] = [];
  for (let i = 0; i < older.length; i += 2) {
    const { earliestMs } = older[i] as Commit;
    merged.push({ earliestMs, sequence: (older[i + 1] as Commit).sequence });
  }
  commits.unshift(...merged);
}

/** Of a column of times, or of arrays of them. */
function earliestOf(column: Column | undefined): number {
  if (column?.kind === 'array') return earliestOf(column.elements[0]);
  if (column?.kind !== 'fixed') return Infinity;
  const { bytes, length } = column.data;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  let earliestMs = Infinity;
  for (let at = 0; at < length; at += 8) {
    const timeMs = view.getInt32(at + 4, true) * 4_294_967_296 + view.getUint32(at, true);
    if (timeMs < earliestMs) earliestMs = timeMs;
  }
  return earliestMs;
}
