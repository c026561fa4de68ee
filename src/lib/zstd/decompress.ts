// Zstandard frames to bytes, with a bound on the size and on the work (Node 20 has no zstd).
// Content checksums are not compared: what carries these bodies has checksums of its own.
// Spec: https://datatracker.ietf.org/doc/html/rfc8878
import { setImmediate } from 'node:timers/promises';
import { ZstdProblem } from './bit-reader.ts';
import { blockBytesMax, createBlockState, decodeBlock } from './block.ts';
import { Output, ZstdTooLarge } from './output.ts';

export type ZstdResult =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'corrupt'; readonly reason: string };

/** After so many bytes or blocks others get their turn (about 5 ms). */
const sliceBytes = 2 << 20;
const sliceBlocks = 256;

/** A block costs a few microseconds however small it is, so that tiny ones may not be too many. */
const blocksMax = (inputBytes: number): number => 4096 + inputBytes / 64;

/** All frames of `bytes`, one after the other; never more than `bytesMax` bytes. */
export async function decompressZstd(bytes: Uint8Array, bytesMax: number): Promise<ZstdResult> {
  try {
    const work = decodeFrames(bytes, bytesMax);
    for (;;) {
      const step = work.next();
      if (step.done) return { kind: 'bytes', bytes: step.value };
      await setImmediate();
    }
  } catch (error) {
    if (error instanceof ZstdTooLarge) return { kind: 'too-large' };
    if (error instanceof ZstdProblem) return { kind: 'corrupt', reason: error.message };
    throw error;
  }
}

/** Yields whenever it has worked for a while. */
function* decodeFrames(bytes: Uint8Array, bytesMax: number): Generator<undefined, Uint8Array> {
  let output: Output | undefined;
  let blocksLeft = blocksMax(bytes.length);
  let sliceEnd = sliceBytes;
  let at = 0;
  while (at < bytes.length) {
    const skipped = skippableFrameEnd(bytes, at);
    if (skipped !== undefined) {
      at = skipped;
      continue;
    }
    const head = parseFrameHead(bytes, at);
    if ((output?.size ?? 0) + (head.contentBytes ?? 0) > bytesMax) throw new ZstdTooLarge();
    output ??= new Output(head.contentBytes ?? Math.max(bytes.length * 8, blockBytesMax), bytesMax);
    output.frameStart = output.size;
    const state = createBlockState();
    at = head.next;
    for (let isLast = false; !isLast; ) {
      if (at + 3 > bytes.length) throw new ZstdProblem('the frame ends early');
      const blockHead = readLittleEndian(bytes, at, 3);
      isLast = (blockHead & 1) === 1;
      at = decodeAnyBlock(bytes, at + 3, (blockHead >> 1) & 3, blockHead >> 3, state, output);
      if (--blocksLeft < 0) throw new ZstdProblem('there are too many tiny blocks');
      if (output.size > sliceEnd || blocksLeft % sliceBlocks < 1) {
        sliceEnd = output.size + sliceBytes;
        yield;
      }
    }
    const written = output.size - output.frameStart;
    if (head.contentBytes !== undefined && head.contentBytes !== written) {
      throw new ZstdProblem(`the frame holds ${written} bytes and not ${head.contentBytes}`);
    }
    at += head.checksumBytes;
    if (at > bytes.length) throw new ZstdProblem('the frame ends early');
  }
  if (!output) throw new ZstdProblem('there is no frame');
  return output.bytes.subarray(0, output.size);
}

/** Types: 0 raw, 1 one byte repeated, 2 compressed. The answer is where the next one starts. */
function decodeAnyBlock(
  bytes: Uint8Array,
  start: number,
  type: number,
  size: number,
  state: ReturnType<typeof createBlockState>,
  output: Output,
): number {
  const end = type === 1 ? start + 1 : start + size;
  if (end > bytes.length) throw new ZstdProblem('a block ends early');
  if (size > blockBytesMax) throw new ZstdProblem('a block is too large');
  const before = output.size;
  if (type === 0) output.append(bytes, start, end);
  else if (type === 1) output.fill(bytes[start] as number, size);
  else if (type === 2) decodeBlock(bytes, start, end, state, output);
  else throw new ZstdProblem('a block has a reserved type');
  if (output.size - before > blockBytesMax) throw new ZstdProblem('a block is too large');
  return end;
}

/** Magic 0x184D2A50 to 0x184D2A5F, a 32-bit size, and bytes that mean nothing here. */
function skippableFrameEnd(bytes: Uint8Array, at: number): number | undefined {
  if (readLittleEndian(bytes, at, 4) >>> 4 !== 0x184d2a5) return undefined;
  const end = at + 8 + readLittleEndian(bytes, at + 4, 4);
  if (end > bytes.length) throw new ZstdProblem('a skippable frame ends early');
  return end;
}

interface FrameHead {
  readonly next: number;
  readonly contentBytes: number | undefined;
  readonly checksumBytes: number;
}

/**
 * Magic 0xFD2FB528; descriptor: content size flag (2 bits), single segment, unused, reserved,
 * checksum, dictionary id flag (2 bits); window descriptor unless single segment; dictionary id;
 * content size. The window size does not matter here: all of the output is kept.
 */
function parseFrameHead(bytes: Uint8Array, at: number): FrameHead {
  if (readLittleEndian(bytes, at, 4) !== 0xfd2fb528) throw new ZstdProblem('this is not zstd');
  const descriptor = bytes[at + 4] ?? 8;
  if (descriptor & 8) throw new ZstdProblem('a reserved bit is set');
  const isSingleSegment = (descriptor & 32) !== 0;
  const dictionaryIdBytes = [0, 1, 2, 4][descriptor & 3] as number;
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 ? (isSingleSegment ? 1 : 0) : 1 << sizeFlag;
  const idAt = at + 5 + (isSingleSegment ? 0 : 1);
  const next = idAt + dictionaryIdBytes + sizeBytes;
  if (next > bytes.length) throw new ZstdProblem('the frame ends early');
  if (readLittleEndian(bytes, idAt, dictionaryIdBytes) !== 0) {
    throw new ZstdProblem('the frame needs a dictionary');
  }
  const size = readLittleEndian(bytes, idAt + dictionaryIdBytes, sizeBytes);
  return {
    next,
    contentBytes: sizeBytes === 0 ? undefined : size + (sizeFlag === 1 ? 256 : 0),
    checksumBytes: descriptor & 4 ? 4 : 0,
  };
}

function readLittleEndian(bytes: Uint8Array, start: number, count: number): number {
  let value = 0;
  for (let i = count - 1; i >= 0; i--) value = value * 256 + (bytes[start + i] ?? 0);
  return value;
}
