// A file that nobody has read under its name, and whose lines were read all the same: the copy of
// copy-truncate, or what a rotated file was compressed into.
import { createReadStream } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type Compression, createDecoder } from './compression.ts';
import { beginsAs, headBytesMax } from './identity.ts';
import { headAt, type KnownFile } from './known-files.ts';
import { isRotatedName } from './rotated-files.ts';

/** The file among `known` that `path` is a copy of, as far as it was read. */
export async function twinOf(
  path: string,
  compression: Compression | undefined,
  known: readonly KnownFile[],
): Promise<KnownFile | undefined> {
  const name = basename(path).replace(/\.(gz|z)$/i, '');
  const candidates = known.filter(
    (file) =>
      dirname(file.path) === dirname(path) &&
      file.path !== path &&
      (isRotatedName(name, basename(file.path)) || name === basename(file.path)) &&
      isCertain(file),
  );
  if (candidates.length === 0) return undefined;
  const head = await (compression ? decodedHead(path, compression) : headAt(path));
  return head && candidates.find(({ identity }) => beginsAs(identity, head));
}

/** Files may begin alike: as much as is ever compared has to agree, or all that was read. */
const isCertain = ({ identity: { headBytes }, position: { offset } }: KnownFile): boolean =>
  headBytes === headBytesMax || (headBytes > 0 && headBytes >= offset);

async function decodedHead(path: string, compression: Compression): Promise<Buffer | undefined> {
  const source = createReadStream(path);
  const decoder = createDecoder(compression);
  source.on('error', (error) => decoder.destroy(error));
  source.pipe(decoder);
  try {
    for await (const piece of decoder as AsyncIterable<Buffer>) {
      return piece.subarray(0, headBytesMax);
    }
  } catch {
    // Read as a file of its own, which says what is wrong.
  } finally {
    source.destroy();
    decoder.destroy();
  }
  return undefined;
}
