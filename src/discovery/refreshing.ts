// A discovery that looks again from time to time.
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '#lib/errors.ts';
import type { Discovery, DiscoveryContext, TargetGroup } from './discovery.ts';

export interface RefreshingOptions {
  /** As in prometheus.yml: `http`, `dns`, …. */
  readonly kind: string;
  readonly intervalMs: number;
  /** All groups of now. Rejects when it cannot know: the last ones stay. */
  refresh(signal: AbortSignal): Promise<readonly TargetGroup[]>;
  /** Calls `wake` to look before the interval has passed; gives the end of that. */
  watch?(wake: () => void): () => void;
  close?(): void;
}

/** Events of watched files come in flocks. */
const SETTLE_MS = 50;

export function createRefreshing(options: RefreshingOptions, context: DiscoveryContext): Discovery {
  return {
    run: async (signal, onGroups) => {
      const differ = new GroupDiffer();
      const pause = new Pause();
      const stopWatching = options.watch?.(() => pause.wake());
      while (!signal.aborted) {
        try {
          const groups = await options.refresh(signal);
          const changed = differ.diff(groups);
          if (!signal.aborted && (changed.length > 0 || differ.isFirst)) onGroups(changed);
          differ.isFirst = false;
        } catch (error) {
          if (!signal.aborted) reportFailure(options.kind, error, context);
        }
        await pause.sleep(options.intervalMs, signal);
      }
      stopWatching?.();
      options.close?.();
    },
  };
}

export function reportFailure(kind: string, error: unknown, { logger, meter }: DiscoveryContext) {
  failures(meter).add(1, { kind });
  logger.warn('looking for targets failed; those found last stay', {
    discovery: kind,
    error: messageOf(error),
  });
}

const failures = (meter: DiscoveryContext['meter']) =>
  meter.counter(
    'sightline_discovery_failures_total',
    'Failed attempts to find scrape targets or Alertmanagers, by kind of discovery.',
  );

/** Sleeps that can be cut short; a wake-up while nobody sleeps counts for the next sleep. */
class Pause {
  #isAwake = false;
  #alarm: AbortController | undefined;

  wake(): void {
    this.#isAwake = true;
    this.#alarm?.abort();
  }

  async sleep(durationMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#isAwake) {
      this.#alarm = new AbortController();
      await rest(durationMs, AbortSignal.any([signal, this.#alarm.signal]));
      this.#alarm = undefined;
    }
    if (this.#isAwake) await rest(SETTLE_MS, signal);
    this.#isAwake = false;
  }
}

/** Longer timers would fire at once. */
const TIMER_MAX_MS = 2_147_483_647;

/** Returns early, without an error, when the signal aborts. */
export async function rest(durationMs: number, signal: AbortSignal): Promise<void> {
  const timer = sleep(Math.min(durationMs, TIMER_MAX_MS), undefined, { signal, ref: false });
  await timer.catch(() => {});
}

/** What is new, other, or gone since the last time. */
export class GroupDiffer {
  readonly #known = new Map<string, string>();
  /** Until the first success: an empty answer is news then. */
  isFirst = true;

  diff(groups: readonly TargetGroup[]): TargetGroup[] {
    const changed: TargetGroup[] = [];
    const seen = new Set<string>();
    for (const group of groups) {
      seen.add(group.source);
      const shape = JSON.stringify([group.targets, group.labels]);
      if (this.#known.get(group.source) === shape) continue;
      this.#known.set(group.source, shape);
      changed.push(group);
    }
    for (const source of this.#known.keys()) {
      if (seen.has(source)) continue;
      this.#known.delete(source);
      changed.push({ source, targets: [], labels: [] });
    }
    return changed;
  }
}
