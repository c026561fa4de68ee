// What every way to find targets does.

import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/log.ts';
import type { LabelPairs } from '#prometheus-config/relabel-config.ts';

/** Targets that come and go together. */
export interface TargetGroup {
  /** Unique within a discovery; a later group of the same source replaces the earlier one. */
  readonly source: string;
  /** Each with `__address__`; sorted by name. */
  readonly targets: readonly LabelPairs[];
  /** Of every target of the group; the target's own win. */
  readonly labels: LabelPairs;
}

/** Called with the groups that are new or other than before; a group without targets is gone. */
export type OnTargetGroups = (groups: readonly TargetGroup[]) => void;

export interface Discovery {
  /** Finds targets until the signal aborts, then resolves. Never rejects: failures are counted and
   * logged, and what was found last stays. */
  run(signal: AbortSignal, onGroups: OnTargetGroups): Promise<void>;
}

export interface DiscoveryContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly meter: Meter;
}
