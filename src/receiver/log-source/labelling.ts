// From what a source knows of a line to the labels of its stream: relabelling rules first, then the names
// that begin with `__` go away.
import { relabel, toPairs } from '#discovery/relabel.ts';
import type { Meter } from '#internal-telemetry/meter.ts';
import { Lru } from '#lib/lru.ts';
import type { LabelPairs, RelabelConfig } from '#prometheus-config/relabel-config.ts';

/** Undefined when a rule drops the line; it is counted then. The map is the caller's. */
export type Labelling = (known: ReadonlyMap<string, string>) => Map<string, string> | undefined;

export interface LabellingOptions {
  readonly rules: readonly RelabelConfig[];
  readonly meter: Meter;
  /** Results that are remembered; 0 where hardly any two lines are known by the same labels. */
  readonly rememberedMax: number;
}

/** A stage or a rule may set it; it is the one name of its kind that goes on. */
const tenantLabel = '__tenant_id__';

export function createLabelling({ rules, meter, rememberedMax }: LabellingOptions): Labelling {
  const remembered = new Lru<string, { readonly labels: LabelPairs | undefined }>(rememberedMax);
  const dropped = meter.counter(
    'sightline_log_relabel_dropped_total',
    'Lines that relabelling of log entries dropped.',
  );
  const work = (known: ReadonlyMap<string, string>) => streamLabels(known, rules);
  const recall = (known: ReadonlyMap<string, string>): LabelPairs | undefined => {
    if (rememberedMax === 0) return work(known);
    const key = JSON.stringify([...known]);
    let found = remembered.get(key);
    if (!found) {
      found = { labels: work(known) };
      remembered.set(key, found);
    }
    return found.labels;
  };
  return (known) => {
    const labels = recall(known);
    if (labels) return new Map(labels);
    dropped.add(1);
    return undefined;
  };
}

/** The same of one set of labels, uncounted. */
export const streamLabels = (
  known: ReadonlyMap<string, string>,
  rules: readonly RelabelConfig[],
): LabelPairs | undefined =>
  relabel(toPairs(known), rules)?.filter(
    ([name]) => !name.startsWith('__') || name === tenantLabel,
  );
