// The end of a graph of log collection: `loki.write`, or the clients of Promtail's file.
import { sortedPairs } from '#model/canonical.ts';
import type { EntrySink } from '#pipeline/log/entry.ts';
import type { EntryWriter } from './entry-writer.ts';

export interface WriteNodeSettings {
  /** Of entries that have no such label of their own. */
  readonly externalLabels: readonly (readonly [string, string])[];
  /** Of entries that no stage gave one; undefined: ''. */
  readonly tenant: string | undefined;
}

export function createWriteNode(writer: EntryWriter, settings: WriteNodeSettings): EntrySink {
  const labels = sortedPairs(
    settings.externalLabels.filter(([name, value]) => value !== '' && !name.startsWith('__')),
  );
  const tenant = settings.tenant ?? '';
  return { write: (entries) => writer.write(entries, labels, tenant) };
}
