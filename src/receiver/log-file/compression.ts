// Compressed log files: what can be read.
import { extname } from 'node:path';
import { createGunzip, createInflate } from 'node:zlib';
import { InputError } from '#lib/errors.ts';
import type { FileSource } from '#pipeline/log/collection-config.ts';

export type Compression = 'gz' | 'z';

/** Throws InputError `log_compression_unsupported`. */
export function checkCompression(decompression: FileSource['decompression']): void {
  if (decompression !== 'bz2') return;
  throw new InputError(
    'log_compression_unsupported',
    'cannot read log files compressed by bz2: there is no decoder for it here; gz and z are read',
  );
}

/** Undefined: the file is read as it is. */
export function compressionOf(
  path: string,
  decompression: FileSource['decompression'],
): Compression | undefined {
  if (decompression === 'gz' || decompression === 'z') return decompression;
  if (decompression !== 'auto') return undefined;
  const extension = extname(path).toLowerCase();
  if (extension === '.gz') return 'gz';
  return extension === '.z' ? 'z' : undefined;
}

export const createDecoder = (compression: Compression) =>
  compression === 'gz' ? createGunzip() : createInflate();
