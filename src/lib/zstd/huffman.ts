// Huffman-coded literals: the tree description and the streams.
// Spec: https://datatracker.ietf.org/doc/html/rfc8878#section-4.2
import { BackwardBits, highBit, ZstdProblem } from './bit-reader.ts';
import { parseFseTable } from './fse.ts';

export interface HuffmanTable {
  readonly bitsMax: number;
  /** By the next `bitsMax` bits: symbol in the low byte, its length above. */
  readonly entries: Uint16Array;
}

/** The description at `bytes[start..end)`, and where it ends. */
export function parseHuffmanTable(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly table: HuffmanTable; readonly next: number } {
  if (start >= end) throw new ZstdProblem('a Huffman table is missing');
  const head = bytes[start] as number;
  if (head < 128) {
    const next = start + 1 + head;
    if (next > end) throw new ZstdProblem('a Huffman table is not whole');
    return { table: buildHuffmanTable(parseFseWeights(bytes, start + 1, next)), next };
  }
  const count = head - 127;
  const next = start + 1 + ((count + 1) >> 1);
  if (next > end) throw new ZstdProblem('a Huffman table is not whole');
  const weights: number[] = [];
  for (let i = 0; i < count; i++) {
    const pair = bytes[start + 1 + (i >> 1)] as number;
    weights.push(i % 2 === 0 ? pair >> 4 : pair & 15);
  }
  return { table: buildHuffmanTable(weights), next };
}

/** Two states take turns on one stream, until an update would need more bits than there are. */
function parseFseWeights(bytes: Uint8Array, start: number, end: number): number[] {
  const { table, next } = parseFseTable(bytes, start, end, { accuracyLogMax: 6, symbolMax: 12 });
  const stream = new BackwardBits(bytes, next, end);
  const states = [stream.read(table.accuracyLog), stream.read(table.accuracyLog)];
  const weights: number[] = [];
  for (let turn = 0; ; turn ^= 1) {
    const state = states[turn] as number;
    weights.push(table.symbols[state] as number);
    if (weights.length > 254) throw new ZstdProblem('a Huffman table has too many weights');
    const need = table.bits[state] as number;
    if (stream.left < need) {
      weights.push(table.symbols[states[turn ^ 1] as number] as number);
      return weights;
    }
    states[turn] = (table.bases[state] as number) + stream.read(need);
  }
}

/** The weight of the last symbol is what is missing to a power of two. */
function buildHuffmanTable(weights: number[]): HuffmanTable {
  let total = 0;
  for (const weight of weights) total += weight === 0 ? 0 : 1 << (weight - 1);
  if (total === 0) throw new ZstdProblem('a Huffman table is empty');
  const bitsMax = highBit(total) + 1;
  const missing = (1 << bitsMax) - total;
  if (bitsMax > 11 || (missing & (missing - 1)) !== 0) {
    throw new ZstdProblem('the weights of a Huffman table do not add up');
  }
  weights.push(highBit(missing) + 1);
  const entries = new Uint16Array(1 << bitsMax);
  let at = 0;
  // The longest codes come first.
  for (let weight = 1; weight <= bitsMax; weight++) {
    const length = bitsMax + 1 - weight;
    const width = 1 << (weight - 1);
    weights.forEach((known, symbol) => {
      if (known !== weight) return;
      entries.fill((length << 8) | symbol, at, at + width);
      at += width;
    });
  }
  return { bitsMax, entries };
}

/** Decodes the stream `bytes[start..end)` to exactly `output[from..to)`. */
export function decodeHuffman(
  table: HuffmanTable,
  bytes: Uint8Array,
  start: number,
  end: number,
  output: Uint8Array,
  from: number,
  to: number,
): void {
  const { bitsMax, entries } = table;
  const mask = (1 << bitsMax) - 1;
  let left = new BackwardBits(bytes, start, end).left;
  let at = from;
  // Four bytes hold two codes of at most 11 bits wherever they begin.
  const wide = 2 * bitsMax;
  while (left >= wide + 8 && at + 1 < to) {
    const low = left - wide;
    const index = start + (low >> 3);
    const word =
      ((bytes[index] as number) |
        ((bytes[index + 1] as number) << 8) |
        ((bytes[index + 2] as number) << 16) |
        ((bytes[index + 3] as number) << 24)) >>>
      (low & 7);
    const first = entries[(word >>> bitsMax) & mask] as number;
    const firstBits = first >> 8;
    const second = entries[(word >>> (bitsMax - firstBits)) & mask] as number;
    output[at] = first & 255;
    output[at + 1] = second & 255;
    at += 2;
    left -= firstBits + (second >> 8);
  }
  for (; at < to; at++) {
    const entry = entries[peek(bytes, start, left, bitsMax)] as number;
    output[at] = entry & 255;
    left -= entry >> 8;
  }
  if (left !== 0) throw new ZstdProblem('a Huffman stream has the wrong length');
}

/** The next `count` bits; before the beginning of the stream there are zeros. */
function peek(bytes: Uint8Array, start: number, left: number, count: number): number {
  const mask = (1 << count) - 1;
  const low = left - count;
  const index = start + (Math.max(low, 0) >> 3);
  const word =
    (bytes[index] ?? 0) | ((bytes[index + 1] ?? 0) << 8) | ((bytes[index + 2] ?? 0) << 16);
  if (low >= 0) return (word >>> (low & 7)) & mask;
  if (left <= 0) return 0;
  return ((word & ((1 << left) - 1)) << -low) & mask;
}
