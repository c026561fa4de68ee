// Which file it is, whatever its name: its inode, and its first bytes, since inodes are used again and a
// file may be cut and filled anew in place.
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  /** Bytes that the hash is of; a file that grows gets a longer one, up to `headBytesMax`. */
  readonly headBytes: number;
  readonly headHash: string;
}

export const headBytesMax = 1024;

export const hashOfHead = (head: Uint8Array): string =>
  createHash('sha256').update(head).digest('hex').slice(0, 16);

/** The first bytes, `bytes` at most. */
export async function readHead(handle: FileHandle, bytes: number = headBytesMax): Promise<Buffer> {
  const head = Buffer.allocUnsafe(bytes);
  let length = 0;
  while (length < bytes) {
    const { bytesRead } = await handle.read(head, length, bytes - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return head.subarray(0, length);
}

/** Whether a file that begins with `head` may be the one that is known. */
export const beginsAs = ({ headBytes, headHash }: FileIdentity, head: Uint8Array): boolean =>
  head.length >= headBytes && hashOfHead(head.subarray(0, headBytes)) === headHash;

export const formatIdentity = ({ device, inode, headBytes, headHash }: FileIdentity): string =>
  `${device}:${inode}:${headBytes}:${headHash}`;

export function parseIdentity(text: string): FileIdentity | undefined {
  const found = /^(\d+):(\d+):(\d+):([\da-f]*)$/.exec(text);
  if (!found) return undefined;
  const [, device, inode, headBytes, headHash] = found as unknown as string[];
  return {
    device: BigInt(device as string),
    inode: BigInt(inode as string),
    headBytes: Number(headBytes),
    headHash: headHash as string,
  };
}

/** Device numbers may change at a reboot: the inode and the first bytes decide then. */
export const isSameInode = (
  a: FileIdentity,
  b: { readonly dev: bigint; readonly ino: bigint },
): boolean => a.inode === b.ino && (a.device === b.dev || a.headBytes >= 64);
