// The two streams of a container without a terminal, as Docker sends them in one: frames of 8 bytes of
// header (1: stdout, 2: stderr; three zeros; the size, big-endian) and what it is the size of.
// https://docs.docker.com/reference/api/engine/version/v1.47/#tag/Container/operation/ContainerAttach
import { OperationError } from '#lib/errors.ts';

export interface Frame {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

const headerBytes = 8;
/** A log driver's message is far smaller; more is no such stream. */
export const frameBytesMax = 16 << 20;

export class Demultiplexer {
  #rest: Buffer = Buffer.alloc(0);

  /** The frames that are whole now. Throws OperationError `docker_stream_malformed`. */
  push(chunk: Buffer): Frame[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    let at = 0;
    while (bytes.length - at >= headerBytes) {
      const kind = bytes[at] as number;
      const size = bytes.readUInt32BE(at + 4);
      if (kind > 3 || bytes.readUIntBE(at + 1, 3) !== 0 || size > frameBytesMax) {
        const header = bytes.toString('hex', at, at + headerBytes);
        const message = `cannot read the logs of a container: ${header} is no header of a frame`;
        throw new OperationError('docker_stream_malformed', message, { retryable: true });
      }
      const from = at + headerBytes;
      if (bytes.length - from < size) break;
      const stream = kind === 2 ? 'stderr' : 'stdout';
      frames.push({ stream, bytes: bytes.subarray(from, from + size) });
      at = from + size;
    }
    this.#rest = Buffer.from(bytes.subarray(at));
    return frames;
  }
}
