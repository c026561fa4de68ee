import { expect, it } from 'vitest';
import { crc32c } from './crc32c.ts';

it.each<[string, Uint8Array, number]>([
  ['nothing', new Uint8Array(0), 0],
  ['the check value', new TextEncoder().encode('123456789'), 0xe3069283],
  ['zeros', new Uint8Array(32), 0x8a9136aa],
  ['ones', new Uint8Array(32).fill(255), 0x62a8ab43],
])('%s', (_, bytes, crc) => expect(crc32c(bytes)).toBe(crc));
