// Snappy blocks, as Prometheus and Loki send them (not the framed format).
// https://github.com/google/snappy/blob/main/format_description.txt
import { uncompress, uncompressSync } from 'snappy';
import { messageOf } from './errors.ts';

export type SnappyResult =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'corrupt'; readonly reason: string };

/** A copy costs a third of handing the package's own memory over, which is a burden to the collector. */
const copied = { copyOutputData: true } as const;
/** Up to here another thread costs more than the work: half a millisecond. */
const syncBytesMax = 1 << 20;

/** A block begins with the varint of its size: refused before anything is reserved for it. */
export async function decompressSnappy(bytes: Uint8Array, bytesMax: number): Promise<SnappyResult> {
  const size = snappySize(bytes);
  if (size === undefined) return { kind: 'corrupt', reason: 'its size is cut off' };
  if (size > bytesMax) return { kind: 'too-large' };
  // The smallest element that copies makes 64 bytes of 3: more than 22 times is a lie about the size.
  if (size > 64 + bytes.length * 22)
    return { kind: 'corrupt', reason: 'it is too short for its size' };
  try {
    const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const plain =
      size <= syncBytesMax ? uncompressSync(block, copied) : await uncompress(block, copied);
    return { kind: 'bytes', bytes: plain as Uint8Array };
  } catch (error) {
    return { kind: 'corrupt', reason: messageOf(error) };
  }
}

/** The size of the content that a block announces. */
export function snappySize(bytes: Uint8Array): number | undefined {
  let size = 0;
  for (let i = 0; i < Math.min(5, bytes.length); i++) {
    const byte = bytes[i] as number;
    size += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return size;
  }
  return undefined;
}
