// The labels of the series that a line belongs to.
import type { Labels } from '#query/vector/value.ts';
import { sortedLabels } from '#query/vector/value.ts';
import type { EntryLabels } from '../stage/entry.ts';
import type { Grouping } from '../syntax/ast.ts';

export function seriesLabels(labels: EntryLabels, grouping: Grouping | undefined): Labels {
  if (!grouping) return labels.all();
  if (grouping.isWithout) {
    const names = new Set(grouping.labels);
    return sortedLabels([...labels.entries()].filter(([name]) => !names.has(name)));
  }
  const found: [string, string][] = [];
  for (const name of new Set(grouping.labels)) {
    const value = labels.get(name);
    if (value !== undefined) found.push([name, value]);
  }
  return sortedLabels(found);
}
