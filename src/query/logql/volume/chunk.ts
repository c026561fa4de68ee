// Sizes as Loki's index knows them: a chunk has whole KiB, and a range that covers a part of its time
// gets that part of them. `compat.strict` answers so; otherwise lines are counted where they are.
import type { ChunkRow } from '../compile/volume.ts';

export interface Chunk {
  readonly streamId: bigint;
  readonly minMs: number;
  readonly maxMs: number;
  readonly entries: number;
  readonly kib: number;
}

const bytesPerPair = 8;
const nanoPerMs = 1_000_000n;

/** A chunk counts its lines, 8 bytes for every pair of metadata, and each of their texts once. */
export function toChunk(row: ChunkRow, shared: ReadonlyMap<string, string>): Chunk {
  let symbolBytes = row.symbol_bytes;
  for (const pair of shared) {
    for (const text of pair) symbolBytes += Buffer.byteLength(text);
  }
  const pairs = row.pairs + shared.size * row.entries;
  const bytes = row.line_bytes + bytesPerPair * pairs + symbolBytes;
  return {
    streamId: row.stream_id,
    minMs: Number(row.min_nano / nanoPerMs),
    maxMs: Number(row.max_nano / nanoPerMs),
    entries: row.entries,
    kib: Math.round(bytes / 1024),
  };
}

export interface ChunkShare {
  readonly entries: number;
  readonly bytes: number;
}

/** What of a chunk falls between two times, both included; undefined: nothing. */
export function shareOf(chunk: Chunk, fromMs: number, toMs: number): ChunkShare | undefined {
  const { minMs, maxMs, entries, kib } = chunk;
  if (fromMs > maxMs || toMs < minMs) return undefined;
  const outside = Math.max(0, fromMs - minMs) + Math.max(0, maxMs - toMs);
  const factor = outside === 0 ? 1 : (maxMs - minMs - outside) / (maxMs - minMs);
  return { entries: Math.trunc(entries * factor), bytes: Math.trunc(kib * factor) * 1024 };
}
