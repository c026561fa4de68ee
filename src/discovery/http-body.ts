// Bodies of answers: decompressed and within a limit.
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { OperationError } from '#lib/errors.ts';

/** As it comes, decompressed. Breaking off the loop destroys the connection. */
export function decodedBody(response: IncomingMessage): AsyncIterable<Buffer> {
  const decoder = decoderOf(response);
  if (!decoder) return response as AsyncIterable<Buffer>;
  // A failure of either side reaches the reader through the decoder.
  return pipeline(response, decoder, () => {}) as AsyncIterable<Buffer>;
}

function decoderOf(response: IncomingMessage) {
  const encoding = response.headers['content-encoding'] ?? 'identity';
  switch (encoding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    case 'identity':
    case '':
      return undefined;
    default:
      // Nobody reads it: left alone, it would hold its connection for good.
      response.destroy();
      throw new OperationError(
        'http_unreachable',
        `the answer has the unknown content encoding ${encoding}`,
        { retryable: false },
      );
  }
}

/** Throws `http_answer_too_large` as soon as there is more than `bytesMax` (0: no limit). */
export async function readWhole(
  body: AsyncIterable<Buffer>,
  bytesMax: number,
  toFailure: (error: unknown) => Error,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytesMax > 0 && bytes > bytesMax) {
        throw new OperationError(
          'http_answer_too_large',
          `the body is larger than the limit of ${bytesMax} bytes`,
          { retryable: false },
        );
      }
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof OperationError ? error : toFailure(error);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}
