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
  const columnOf = (name: string): BlockColumn =>
    block.columns[block.names.indexOf(name)] as BlockColumn;
  const ids = columnOf('stream_id');
  const times = columnOf('time_unix_nano');
  const lines = columnOf('body');
  const row = metadataRow(columnOf);
  for (let i = 0; i < block.rows; i++) {
    const stream = streams.get(valueAt(ids, i) as bigint);
    if (!stream || !isWanted(i)) continue;
    row.at = i;
    const line = valueAt(lines, i) as string;
    yield {
      line,
      timeNano: valueAt(times, i) as bigint,
      labels: new EntryLabels(stream.labels, metadataOf(row, line, stream)),
    };
  }
}

/** A row whose values are read from their columns when they are asked for. */
function metadataRow(columnOf: (name: string) => BlockColumn): MetadataRow & { at: number } {
  const row = { at: 0 };
  for (const [name] of metadataColumns) {
    const values = columnOf(metadataAlias(name));
    const get = name === 'attributes' ? () => mapAt(values, row.at) : () => valueAt(values, row.at);
    Object.defineProperty(row, name, { get });
  }
  return row as MetadataRow & { at: number };
}

const emptyMap: ReadonlyMap<unknown, unknown> = new Map();

/** Most lines have no attributes. */
function mapAt(values: BlockColumn, row: number): unknown {
  const offsets = 'offsets' in values ? values.offsets : undefined;
  const isEmpty = offsets !== undefined && offsets[row] === (row === 0 ? 0 : offsets[row - 1]);
  return isEmpty ? emptyMap : valueAt(values, row);
}
