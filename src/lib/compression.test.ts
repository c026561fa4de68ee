import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { compressSync } from 'snappy';
import { describe, expect, it } from 'vitest';
import { decompress, type Encoding, isEncoding, isHttpEncoding } from './compression.ts';

const text = Buffer.from('telemetry '.repeat(1000));

describe('decompress', () => {
  const gives = (name: string, encoding: Encoding, bytes: Uint8Array) =>
    it(name, async () => {
      const result = await decompress(encoding, bytes, text.length);
      expect(result.kind === 'bytes' && Buffer.from(result.bytes).equals(text)).toBe(true);
    });
  gives('identity', 'identity', text);
  gives('gzip', 'gzip', gzipSync(text));
  gives(
    'gzip in two members',
    'gzip',
    Buffer.concat([gzipSync(text.subarray(0, 99)), gzipSync(text.subarray(99))]),
  );
  gives('zlib', 'deflate', deflateSync(text));
  gives('raw deflate', 'deflate', deflateRawSync(text));
  gives('snappy', 'snappy', compressSync(text));

  const refuses = (name: string, kind: string, encoding: Encoding, bytes: Uint8Array) =>
    it(`refuses ${name}`, async () =>
      expect(await decompress(encoding, bytes, text.length - 1)).toMatchObject({ kind }));
  refuses('more than the bound', 'too-large', 'identity', text);
  refuses('a gzip of more', 'too-large', 'gzip', gzipSync(text));
  refuses('a deflate of more', 'too-large', 'deflate', deflateSync(text));
  refuses('half a gzip', 'corrupt', 'gzip', gzipSync(text).subarray(0, 30));
  refuses('something else', 'corrupt', 'gzip', brotliCompressSync(text));
  refuses('nothing', 'corrupt', 'gzip', new Uint8Array(0));
  refuses('nothing as zstd', 'corrupt', 'zstd', new Uint8Array(0));
  refuses('nothing as snappy', 'corrupt', 'snappy', new Uint8Array(0));
  refuses('a snappy block of more', 'too-large', 'snappy', compressSync(text));
  refuses(
    'half a snappy block',
    'corrupt',
    'snappy',
    compressSync(text.subarray(1)).subarray(0, 30),
  );
  refuses(
    'a snappy block that lies about its size',
    'corrupt',
    'snappy',
    Uint8Array.of(0x8f, 0x4e),
  );

  it('knows its names', () => {
    expect(['gzip', 'zstd', 'br', ''].map(isEncoding)).toEqual([true, true, false, false]);
    expect(['snappy', 'br'].map(isHttpEncoding)).toEqual([true, false]);
  });
});
