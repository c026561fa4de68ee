// One compressed block: literals, then sequences of "copy n literals, copy m bytes from d back".
// Spec: https://datatracker.ietf.org/doc/html/rfc8878#section-3.1.1.3
import { BackwardBits, ZstdProblem } from './bit-reader.ts';
import { buildFseTable, constantFseTable, type FseTable, parseFseTable } from './fse.ts';
import { decodeHuffman, type HuffmanTable, parseHuffmanTable } from './huffman.ts';
import type { Output } from './output.ts';

export const blockBytesMax = 128 * 1024;

/** What a block may take over from the one before it in the same frame. */
export interface BlockState {
  huffman: HuffmanTable | undefined;
  lengths: FseTable | undefined;
  offsets: FseTable | undefined;
  matches: FseTable | undefined;
  recent: [number, number, number];
  readonly literals: Uint8Array;
}

export const createBlockState = (): BlockState => ({
  huffman: undefined,
  lengths: undefined,
  offsets: undefined,
  matches: undefined,
  recent: [1, 4, 8],
  literals: new Uint8Array(blockBytesMax),
});

// Codes 0 to 15 of literal lengths and 0 to 31 of match lengths are the value itself.
const extraLengthBits = [
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12,
  13, 14, 15, 16,
];
const extraMatchBits = [
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
  1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
];
const basesOf = (bits: readonly number[], first: number): Uint32Array => {
  const bases = new Uint32Array(bits.length);
  let base = first;
  bits.forEach((count, code) => {
    bases[code] = base;
    base += 2 ** count;
  });
  return bases;
};
const lengthBits = Uint8Array.from(extraLengthBits);
const matchBits = Uint8Array.from(extraMatchBits);
const lengthBases = basesOf(extraLengthBits, 0);
const matchBases = basesOf(extraMatchBits, 3);

/** Section 3.1.1.3.2.2: the distributions that need no description. */
const defaultLengths = buildFseTable(
  [
    4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1,
    -1, -1, -1, -1,
  ],
  6,
);
const defaultMatches = buildFseTable(
  [
    1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
  ],
  6,
);
const defaultOffsets = buildFseTable(
  [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1],
  5,
);

export function decodeBlock(
  bytes: Uint8Array,
  start: number,
  end: number,
  state: BlockState,
  output: Output,
): void {
  const literals = decodeLiterals(bytes, start, end, state);
  decodeSequences(bytes, literals.next, end, state, literals.size, output);
}

/** Fills `state.literals`. Header: type (2 bits), size format (2 bits), sizes. */
function decodeLiterals(
  bytes: Uint8Array,
  start: number,
  end: number,
  state: BlockState,
): { readonly size: number; readonly next: number } {
  if (start >= end) throw new ZstdProblem('a block is empty');
  const first = bytes[start] as number;
  const type = first & 3;
  const format = (first >> 2) & 3;
  if (type >= 2) return decodeHuffmanLiterals(bytes, start, end, state);
  const headBytes = format === 1 ? 2 : format === 3 ? 3 : 1;
  const head = littleEndian(bytes, start, headBytes);
  const size = format === 1 || format === 3 ? Math.floor(head / 16) : head >> 3;
  const at = start + headBytes;
  const next = type === 0 ? at + size : at + 1;
  if (size > blockBytesMax || next > end) throw new ZstdProblem('the literals are not whole');
  if (type === 0) state.literals.set(bytes.subarray(at, next));
  else state.literals.fill(bytes[at] as number, 0, size);
  return { size, next };
}

function decodeHuffmanLiterals(
  bytes: Uint8Array,
  start: number,
  end: number,
  state: BlockState,
): { readonly size: number; readonly next: number } {
  const first = bytes[start] as number;
  const format = (first >> 2) & 3;
  const headBytes = format < 2 ? 3 : format + 2;
  const sizeBits = format < 2 ? 10 : format === 2 ? 14 : 18;
  const head = littleEndian(bytes, start, headBytes);
  const size = Math.floor(head / 16) % 2 ** sizeBits;
  const packed = Math.floor(head / 2 ** (4 + sizeBits)) % 2 ** sizeBits;
  const next = start + headBytes + packed;
  if (size > blockBytesMax || next > end) throw new ZstdProblem('the literals are not whole');
  let at = start + headBytes;
  if ((first & 3) === 2) {
    const parsed = parseHuffmanTable(bytes, at, next);
    state.huffman = parsed.table;
    at = parsed.next;
  }
  const table = state.huffman;
  if (!table) throw new ZstdProblem('a block repeats a Huffman table that is not there');
  if (format === 0) decodeHuffman(table, bytes, at, next, state.literals, 0, size);
  else decodeFourStreams(table, bytes, at, next, state.literals, size);
  return { size, next };
}

/** Three 16-bit sizes, then four streams, each for a quarter of the literals (rounded up). */
function decodeFourStreams(
  table: HuffmanTable,
  bytes: Uint8Array,
  start: number,
  end: number,
  output: Uint8Array,
  size: number,
): void {
  const share = (size + 3) >> 2;
  let at = start + 6;
  for (let stream = 0; stream < 4; stream++) {
    const next = stream === 3 ? end : at + littleEndian(bytes, start + 2 * stream, 2);
    const to = stream === 3 ? size : share * (stream + 1);
    if (next > end || to > size) throw new ZstdProblem('a Huffman stream is not whole');
    decodeHuffman(table, bytes, at, next, output, share * stream, to);
    at = next;
  }
}

function decodeSequences(
  bytes: Uint8Array,
  start: number,
  end: number,
  state: BlockState,
  literalCount: number,
  output: Output,
): void {
  const head = parseSequencesHead(bytes, start, end, state);
  const { literals, recent } = state;
  let literalAt = 0;
  if (head) {
    const { lengths, offsets, matches, count } = head;
    const stream = new BackwardBits(bytes, head.next, end);
    let length = stream.read(lengths.accuracyLog);
    let offset = stream.read(offsets.accuracyLog);
    let match = stream.read(matches.accuracyLog);
    for (let i = 0; i < count; i++) {
      const offsetCode = offsets.symbols[offset] as number;
      const matchCode = matches.symbols[match] as number;
      const lengthCode = lengths.symbols[length] as number;
      const offsetValue = ((1 << offsetCode) >>> 0) + stream.readLong(offsetCode);
      const matchSize =
        (matchBases[matchCode] as number) + stream.read(matchBits[matchCode] as number);
      const literalSize =
        (lengthBases[lengthCode] as number) + stream.read(lengthBits[lengthCode] as number);
      if (i < count - 1) {
        length = (lengths.bases[length] as number) + stream.read(lengths.bits[length] as number);
        match = (matches.bases[match] as number) + stream.read(matches.bits[match] as number);
        offset = (offsets.bases[offset] as number) + stream.read(offsets.bits[offset] as number);
      }
      if (stream.left < 0 || literalAt + literalSize > literalCount) {
        throw new ZstdProblem('the sequences are not whole');
      }
      output.append(literals, literalAt, literalAt + literalSize);
      literalAt += literalSize;
      output.repeat(distanceOf(offsetValue, literalSize, recent), matchSize);
    }
    if (stream.left !== 0) throw new ZstdProblem('the sequences have the wrong length');
  }
  output.append(literals, literalAt, literalCount);
}

interface SequencesHead {
  readonly count: number;
  readonly lengths: FseTable;
  readonly offsets: FseTable;
  readonly matches: FseTable;
  readonly next: number;
}

/** The count in 1 to 3 bytes, the modes of the three tables in one, the tables. */
function parseSequencesHead(
  bytes: Uint8Array,
  start: number,
  end: number,
  state: BlockState,
): SequencesHead | undefined {
  if (start >= end) throw new ZstdProblem('the sequences are missing');
  let at = start + 1;
  let count = bytes[start] as number;
  if (count === 0) {
    if (at !== end) throw new ZstdProblem('a block has bytes after its end');
    return undefined;
  }
  if (count === 255) count = littleEndian(bytes, at, 2) + 0x7f00;
  else if (count > 127) count = ((count - 128) << 8) + (bytes[at] ?? 0);
  at += bytes[start] === 255 ? 2 : (bytes[start] as number) > 127 ? 1 : 0;
  const modes = bytes[at++] ?? 3;
  if ((modes & 3) !== 0) throw new ZstdProblem('a reserved bit is set');
  const table = (
    mode: number,
    symbolMax: number,
    accuracyLogMax: number,
    byDefault: FseTable,
    previous: FseTable | undefined,
  ): FseTable => {
    if (mode === 0) return byDefault;
    if (mode === 1) {
      const symbol = bytes[at++] ?? 255;
      if (symbol > symbolMax) throw new ZstdProblem('a code is out of its range');
      return constantFseTable(symbol);
    }
    if (mode === 2) {
      const parsed = parseFseTable(bytes, at, end, { symbolMax, accuracyLogMax });
      at = parsed.next;
      return parsed.table;
    }
    if (!previous) throw new ZstdProblem('a block repeats a table that is not there');
    return previous;
  };
  const lengths = table(modes >> 6, 35, 9, defaultLengths, state.lengths);
  const offsets = table((modes >> 4) & 3, 31, 8, defaultOffsets, state.offsets);
  const matches = table((modes >> 2) & 3, 52, 9, defaultMatches, state.matches);
  Object.assign(state, { lengths, offsets, matches });
  return { count, lengths, offsets, matches, next: at };
}

/** Section 3.1.1.5: values 1 to 3 mean a recent distance; without literals they are one further. */
function distanceOf(value: number, literalSize: number, recent: [number, number, number]): number {
  if (value > 3) {
    recent[2] = recent[1];
    recent[1] = recent[0];
    recent[0] = value - 3;
    return recent[0];
  }
  const index = literalSize === 0 ? value : value - 1;
  if (index === 0) return recent[0];
  const distance = index === 3 ? recent[0] - 1 : (recent[index] as number);
  if (index > 1) recent[2] = recent[1];
  recent[1] = recent[0];
  recent[0] = distance;
  return distance;
}

/** At most 5 bytes; beyond the end there are zeros. */
function littleEndian(bytes: Uint8Array, start: number, count: number): number {
  let value = 0;
  for (let i = count - 1; i >= 0; i--) value = value * 256 + (bytes[start + i] ?? 0);
  return value;
}
