import { randomBytes } from 'node:crypto';
import { compress, init } from '@bokuweb/zstd-wasm';
import { describe, expect, it } from 'vitest';
import { decompressZstd } from './decompress.ts';

await init();

const text = (size: number): Uint8Array => {
  const words = ['GET', '/api/orders', 'status=200', 'user', 'é', 'trace', '"level":"info"', '\n'];
  let seed = 7;
  let line = '';
  while (line.length < size) {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    line += `${words[seed % words.length]} ${seed % 1000} `;
  }
  return Buffer.from(line).subarray(0, size);
};
const inputs: Record<string, Uint8Array> = {
  empty: new Uint8Array(0),
  'one byte': Uint8Array.of(65),
  'short text': text(60),
  'text of 4 KB': text(4000),
  'text of 300 KB': text(300_000),
  'text of 3 MB': text(3_000_000),
  zeros: new Uint8Array(1_000_000),
  'random bytes': randomBytes(500_000),
  'few symbols': randomBytes(200_000).map((byte) => byte & 3),
  'skewed symbols': randomBytes(200_000).map((byte) => Math.floor((byte * byte) / 700)),
  'long period': Buffer.concat([randomBytes(150_000), text(1000), randomBytes(10)]),
  numbers: new Uint8Array(Float64Array.from({ length: 30_000 }, (_, i) => Math.sin(i)).buffer),
};
inputs['long repeat'] = Buffer.concat([
  inputs['random bytes'] as Uint8Array,
  inputs['random bytes'] as Uint8Array,
]);

const decoded = async (bytes: Uint8Array, bytesMax = 1 << 24): Promise<Uint8Array> => {
  const result = await decompressZstd(bytes, bytesMax);
  if (result.kind !== 'bytes') throw new Error(JSON.stringify(result));
  return result.bytes;
};

/** The same frame as a streaming encoder begins it: a window (16 MiB) and no content size. */
function asStreamed(frame: Uint8Array): Uint8Array {
  const descriptor = frame[4] as number;
  const isSingleSegment = (descriptor & 32) !== 0;
  const flag = descriptor >> 6;
  const sizeBytes = flag === 0 ? (isSingleSegment ? 1 : 0) : 1 << flag;
  const next = 5 + (isSingleSegment ? 0 : 1) + sizeBytes;
  const head = [...frame.subarray(0, 4), descriptor & 4, 14 << 3];
  return Buffer.concat([Uint8Array.from(head), frame.subarray(next)]);
}

describe('decompressZstd', () => {
  for (const [name, input] of Object.entries(inputs)) {
    for (const level of [-5, 1, 3, 9, 19]) {
      it(`${name}, level ${level}`, async () => {
        const frame = compress(Buffer.from(input), level);
        expect(Buffer.compare(await decoded(frame), input)).toBe(0);
        expect(Buffer.compare(await decoded(asStreamed(frame)), input)).toBe(0);
      });
    }
  }

  it('takes frames one after the other, and skippable ones between', async () => {
    const frame = compress(Buffer.from('abc'), 3);
    const skippable = Uint8Array.from([0x53, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9]);
    const bytes = Buffer.concat([skippable, frame, skippable, frame]);
    expect(Buffer.from(await decoded(bytes)).toString()).toBe('abcabc');
  });

  it('does not let a frame refer to the one before it', async () => {
    const first = compress(Buffer.from(text(1000)), 3);
    const second = compress(Buffer.from(text(1000)), 3);
    expect(await decoded(Buffer.concat([first, second]))).toHaveLength(2000);
  });

  it('skips a checksum', async () => {
    // Raw block "hi", checksum flag set.
    const frame = [0x28, 0xb5, 0x2f, 0xfd, 0x24, 2, 0x11, 0, 0, 0x68, 0x69, 1, 2, 3, 4];
    expect(Buffer.from(await decoded(Uint8Array.from(frame))).toString()).toBe('hi');
  });

  it('stops at the bound, whatever the header says', async () => {
    const bomb = compress(Buffer.alloc(5_000_000), 3);
    expect(await decompressZstd(bomb, 4_999_999)).toEqual({ kind: 'too-large' });
    expect(await decompressZstd(asStreamed(bomb), 4_999_999)).toEqual({ kind: 'too-large' });
    expect(await decoded(bomb, 5_000_000)).toHaveLength(5_000_000);
  });

  it('ends soon on millions of empty blocks', async () => {
    const head = [0x28, 0xb5, 0x2f, 0xfd, 0, 0xa0];
    const bytes = Buffer.concat([Uint8Array.from(head), Buffer.alloc(3_000_000)]);
    expect(await decompressZstd(bytes, 1 << 20)).toMatchObject({ kind: 'corrupt' });
  });
});

describe('hostile input', () => {
  const frame = compress(Buffer.from(text(20_000)), 9);
  const corrupt = (name: string, bytes: Uint8Array) =>
    it(name, async () =>
      expect(await decompressZstd(bytes, 1 << 20)).toMatchObject({ kind: 'corrupt' }),
    );
  corrupt('nothing', new Uint8Array(0));
  corrupt('other bytes', Buffer.from('hello, world'));
  corrupt('gzip', Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]));
  corrupt('half a header', frame.subarray(0, 5));
  corrupt('a header without blocks', frame.subarray(0, 7));
  corrupt('a dictionary', Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0x21, 7, 2, 0x11, 0, 0, 1, 1]));
  corrupt('bytes after the frame', Buffer.concat([frame, Uint8Array.of(1, 2, 3)]));

  it('every truncation is refused', async () => {
    for (let size = 0; size < frame.length; size += 7) {
      expect(await decompressZstd(frame.subarray(0, size), 1 << 20)).toMatchObject({
        kind: 'corrupt',
      });
    }
  });

  it('flipped bytes give an answer in bounded time and memory', async () => {
    let seed = 1;
    const next = (bound: number) => {
      seed = (seed * 48_271) % 0x7fffffff;
      return seed % bound;
    };
    for (let round = 0; round < 3000; round++) {
      const broken = Uint8Array.from(round % 2 ? frame : asStreamed(frame));
      for (let i = 0; i < 1 + (round % 4); i++) broken[4 + next(broken.length - 4)] = next(256);
      const result = await decompressZstd(broken, 1 << 20);
      if (result.kind === 'bytes') expect(result.bytes.length).toBeLessThanOrEqual(1 << 20);
    }
  });
});
