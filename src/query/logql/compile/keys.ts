// By what the engine groups a count, and how the labels of a group are read back.

import { type Labels, sortedLabels } from '#query/vector/value.ts';
import { as, column, type Expr, type Projection } from '#sql/tree.ts';
import { seriesLabels } from '../eval/grouping.ts';
import { EntryLabels } from '../stage/entry.ts';
import type { Grouping } from '../syntax/ast.ts';
import { compileLabel, type MetadataRow, metadataColumns, metadataOf } from './metadata.ts';
import type { Stream } from './stream.ts';

export interface GroupKeys {
  readonly keys: readonly Projection[];
  labelsOf(row: Readonly<Record<string, unknown>>): Labels;
}

/** Undefined when a label cannot be told by the engine alone. */
export function compileKeys(
  grouping: Grouping | undefined,
  streams: readonly Stream[],
  removed: ReadonlySet<string>,
): GroupKeys | undefined {
  if (grouping && !grouping.isWithout) return compileNamed(grouping.labels, streams, removed);
  return compileAll(grouping, streams, removed);
}

function compileNamed(
  names: readonly string[],
  streams: readonly Stream[],
  removed: ReadonlySet<string>,
): GroupKeys | undefined {
  const wanted = [...new Set(names)].filter((name) => !removed.has(name));
  const values = wanted.map((name) => compileLabel(name, streams));
  if (values.includes(undefined)) return undefined;
  return {
    keys: values.map((value, i) => as(value as Expr, keyName(i))),
    labelsOf: (row) => {
      const pairs = wanted.map((name, i) => [name, row[keyName(i)] as string] as const);
      return sortedLabels(pairs.filter(([, value]) => value !== ''));
    },
  };
}

const keyName = (index: number): string => `key_${index}`;

/** All labels: the stream and everything that its metadata is made of. */
function compileAll(
  grouping: Grouping | undefined,
  streams: readonly Stream[],
  removed: ReadonlySet<string>,
): GroupKeys | undefined {
  const level = compileLabel('detected_level', streams);
  if (!level) return undefined;
  const byId = new Map(streams.map((stream) => [stream.id, stream]));
  return {
    keys: [
      as(column('stream_id'), 'key_stream'),
      ...metadataColumns.map(([name, expr]) => as(expr, `key_${name}`)),
      as(level, 'key_level'),
    ],
    labelsOf: (row) => {
      const stream = byId.get(row.key_stream as bigint);
      if (!stream) return {};
      const columns = metadataColumns.map(([name]) => [name, row[`key_${name}`]]);
      const metadata = metadataOf(Object.fromEntries(columns) as MetadataRow, '', stream);
      if (!stream.labels.has('detected_level')) {
        metadata.set('detected_level', row.key_level as string);
      }
      const labels = new EntryLabels(stream.labels, metadata);
      for (const name of removed) labels.delete(name);
      return seriesLabels(labels, grouping);
    },
  };
}
