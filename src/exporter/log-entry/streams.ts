// Entries sorted into streams, so that the labels of one are written down once per call.
import type { CollectedEntry } from '#pipeline/log/entry.ts';

export interface StreamOfEntries {
  readonly tenant: string;
  /** Without those for relabelling and without empty ones. */
  readonly labels: readonly (readonly [string, string])[];
  readonly entries: CollectedEntry[];
}

/** In the order of first appearance; entries of a stream stay in their order. */
export function groupByStream(
  entries: readonly CollectedEntry[],
  defaultTenant: string,
): Iterable<StreamOfEntries> {
  const streams = new Map<string, StreamOfEntries>();
  let lastKey: string | undefined;
  let last: StreamOfEntries | undefined;
  for (const entry of entries) {
    const tenant = entry.tenant ?? entry.labels.get('__tenant_id__') ?? defaultTenant;
    let key = tenant;
    for (const [name, value] of entry.labels) {
      if (isKept(name, value)) key += `\xff${name}\xfe${value}`;
    }
    if (last === undefined || key !== lastKey) {
      lastKey = key;
      last = streams.get(key);
      if (!last) {
        const labels = [...entry.labels].filter(([name, value]) => isKept(name, value));
        last = { tenant, labels, entries: [] };
        streams.set(key, last);
      }
    }
    last.entries.push(entry);
  }
  return streams.values();
}

const isKept = (name: string, value: string): boolean => value !== '' && !name.startsWith('__');
