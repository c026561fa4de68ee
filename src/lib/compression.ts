// Decompression of whole bodies with a bound on what comes out. Problems are values: what they mean
// to the sender is for the protocol to say.
import { gunzip, type InputType, inflate, inflateRaw, type ZlibOptions } from 'node:zlib';
import { decompressSnappy } from './snappy.ts';
import { decompressZstd } from './zstd/decompress.ts';

/** Of gRPC messages. */
export const encodings = ['identity', 'gzip', 'deflate', 'zstd'] as const;
/** Of HTTP bodies: `snappy` is one block, as Prometheus's remote write has it. */
export const httpEncodings = [...encodings, 'snappy'] as const;
export type Encoding = (typeof httpEncodings)[number];

export const isEncoding = (name: string): name is (typeof encodings)[number] =>
  (encodings as readonly string[]).includes(name);

export const isHttpEncoding = (name: string): name is Encoding =>
  (httpEncodings as readonly string[]).includes(name);

export type Decompressed =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'corrupt'; readonly reason: string };

/** Never holds more than about `bytesMax` of output; identity is returned as it is. */
export async function decompress(
  encoding: Encoding,
  bytes: Uint8Array,
  bytesMax: number,
): Promise<Decompressed> {
  switch (encoding) {
    case 'identity':
      return bytes.length > bytesMax ? { kind: 'too-large' } : { kind: 'bytes', bytes };
    case 'gzip':
      return runZlib(gunzip, bytes, bytesMax);
    case 'deflate':
      return runZlib(isZlibWrapped(bytes) ? inflate : inflateRaw, bytes, bytesMax);
    case 'zstd':
      return decompressZstd(bytes, bytesMax);
    case 'snappy':
      return decompressSnappy(bytes, bytesMax);
  }
}

/** "deflate" means zlib (RFC 9110, 8.4.1.2), but some senders leave its two bytes of header out. */
function isZlibWrapped(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  return (first & 15) === 8 && (first * 256 + second) % 31 === 0;
}

type Inflater = (
  input: InputType,
  options: ZlibOptions,
  done: (error: NodeJS.ErrnoException | null, result: Buffer) => void,
) => void;

function runZlib(inflater: Inflater, bytes: Uint8Array, bytesMax: number): Promise<Decompressed> {
  // One chunk for what telemetry usually becomes, so that the result is rarely put together.
  const chunkSize = Math.max(1024, Math.min(bytesMax, bytes.length * 12, 4 << 20));
  return new Promise((resolve) => {
    inflater(bytes, { maxOutputLength: bytesMax, chunkSize }, (error, result) => {
      if (!error) resolve({ kind: 'bytes', bytes: result });
      else if (error.code === 'ERR_BUFFER_TOO_LARGE') resolve({ kind: 'too-large' });
      else resolve({ kind: 'corrupt', reason: error.message });
    });
  });
}
