// Blocks of the store as entries of a pipeline.
import type { Block, BlockColumn } from '#store/contract.ts';
import { valueAt } from '#store/native/row.ts';
import { metadataAlias } from '../compile/logs.ts';
import { type MetadataRow, metadataColumns, metadataOf } from '../compile/metadata.ts';
import type { Stream } from '../compile/stream.ts';
import { type Entry, EntryLabels } from '../stage/entry.ts';

export type StreamsById = ReadonlyMap<bigint, Stream>;

/** The rows of a block as entries; rows of unknown streams and unwanted ones are left out. */
export function* entriesOf(
  block: Block,
  streams: StreamsById,
  isWanted: (row: number) => boolean = () => true,
): Generator<Entry> {
  const columns = new Map(block.names.map((name, i) => [name, block.columns[i] as BlockColumn]));
  const value = <T>(name: string, row: number): T =>
    valueAt(columns.get(name) as BlockColumn, row) as T;
  for (let row = 0; row < block.rows; row++) {
    const stream = streams.get(value<bigint>('stream_id', row));
    if (!stream || !isWanted(row)) continue;
    const line = value<string>('body', row);
    const metadata = Object.fromEntries(
      metadataColumns.map(([name]) => [name, value(metadataAlias(name), row)]),
    ) as unknown as MetadataRow;
    yield {
      line,
      timeNano: value('time_unix_nano', row),
      labels: new EntryLabels(stream.labels, metadataOf(metadata, line, stream)),
    };
  }
}
