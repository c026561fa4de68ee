// `loki.relabel`: rules of Prometheus's relabelling on the labels of lines. A line whose labels they
// drop goes away. https://grafana.com/docs/alloy/latest/reference/components/loki/loki.relabel/
import { relabel } from '#discovery/relabel.ts';
import type { Meter } from '#internal-telemetry/meter.ts';
import { Lru } from '#lib/lru.ts';
import type { CollectedEntry, EntryNode, EntrySink } from '#pipeline/log/entry.ts';
import type { LabelPairs, RelabelConfig } from '#prometheus-config/relabel-config.ts';

/** Sets of labels whose relabelled ones are remembered, per node; as in Alloy. */
export const relabelledMax = 10_000;

export function createRelabelNode(
  rules: readonly RelabelConfig[],
  sink: EntrySink,
  { meter }: { readonly meter: Meter },
): EntryNode {
  const known = new Lru<string, { readonly labels: LabelPairs | undefined }>(relabelledMax);
  const dropped = meter.counter(
    'sightline_log_relabel_dropped_total',
    'Lines that relabelling of log entries dropped.',
  );
  const relabelled = (labels: ReadonlyMap<string, string>): LabelPairs | undefined => {
    const key = JSON.stringify([...labels]);
    let found = known.get(key);
    if (!found) {
      found = { labels: relabel([...labels].sort(byName), rules) };
      known.set(key, found);
    }
    return found.labels;
  };
  return {
    write: async (entries) => {
      const kept: CollectedEntry[] = [];
      for (const entry of entries) {
        const labels = relabelled(entry.labels);
        if (labels) {
          entry.labels = new Map(labels);
          kept.push(entry);
        } else {
          dropped.add(1);
          entry.receipt.release();
        }
      }
      if (kept.length > 0) await sink.write(kept);
    },
    stop: async () => {},
  };
}

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number =>
  a < b ? -1 : a > b ? 1 : 0;
