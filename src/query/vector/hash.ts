// The hash of a label set that Prometheus has, which decides what limit_ratio takes: XXH64, seed 0, of
// each name and each value with its length in front.
// https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
// https://github.com/prometheus/prometheus/blob/main/model/labels/labels_stringlabels.go
import type { Labels } from './value.ts';

const prime1 = 0x9e3779b185ebca87n;
const prime2 = 0xc2b2ae3d27d4eb4fn;
const prime3 = 0x165667b19e3779f9n;
const prime4 = 0x85ebca77c2b2ae63n;
const prime5 = 0x27d4eb2f165667c5n;

const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotate = (value: bigint, bits: bigint): bigint =>
  wrap(value << bits) | (value >> (64n - bits));

export function hashLabels(labels: Labels): bigint {
  return xxh64(encodeLabels(labels));
}

const encoder = new TextEncoder();

/** A length takes one byte, from 255 on four: 255 and three bytes, little-endian. */
function encodeLabels(labels: Labels): Uint8Array {
  const bytes: number[] = [];
  for (const name of Object.keys(labels).sort()) {
    for (const text of [name, labels[name] as string]) {
      const encoded = encoder.encode(text);
      const size = encoded.length;
      if (size < 255) bytes.push(size);
      else bytes.push(255, size & 0xff, (size >> 8) & 0xff, (size >> 16) & 0xff);
      for (const byte of encoded) bytes.push(byte);
    }
  }
  return Uint8Array.from(bytes);
}

export function xxh64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { hash: begun, at: rest } = hashStripes(view);
  let hash = wrap(begun + BigInt(bytes.length));
  let at = rest;
  for (; at + 8 <= bytes.length; at += 8) {
    hash = wrap(rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * prime1 + prime4);
  }
  if (at + 4 <= bytes.length) {
    hash ^= wrap(BigInt(view.getUint32(at, true)) * prime1);
    hash = wrap(rotate(hash, 23n) * prime2 + prime3);
    at += 4;
  }
  for (; at < bytes.length; at++) {
    hash ^= wrap(BigInt(bytes[at] as number) * prime5);
    hash = wrap(rotate(hash, 11n) * prime1);
  }
  hash = wrap((hash ^ (hash >> 33n)) * prime2);
  hash = wrap((hash ^ (hash >> 29n)) * prime3);
  return hash ^ (hash >> 32n);
}

const round = (lane: bigint, input: bigint): bigint =>
  wrap(rotate(wrap(lane + input * prime2), 31n) * prime1);

/** All of 32 bytes that there are, in four lanes. */
function hashStripes(view: DataView): { readonly hash: bigint; readonly at: number } {
  if (view.byteLength < 32) return { hash: prime5, at: 0 };
  const lanes = [wrap(prime1 + prime2), prime2, 0n, wrap(-prime1)];
  let at = 0;
  for (; at + 32 <= view.byteLength; at += 32) {
    for (let lane = 0; lane < 4; lane++) {
      lanes[lane] = round(lanes[lane] as bigint, view.getBigUint64(at + lane * 8, true));
    }
  }
  const [a, b, c, d] = lanes as [bigint, bigint, bigint, bigint];
  let hash = wrap(rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n));
  for (const lane of lanes) hash = wrap((hash ^ round(0n, lane)) * prime1 + prime4);
  return { hash, at };
}
