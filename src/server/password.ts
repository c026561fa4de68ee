// Passwords as `scrypt:N:r:p:salt:hash`, salt and hash in base64.
// Spec: https://datatracker.ietf.org/doc/html/rfc7914
import { scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { InputError } from '#lib/errors.ts';

export interface PasswordHash {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

const scryptAsync = promisify<
  string,
  Uint8Array,
  number,
  { N: number; r: number; p: number; maxmem: number },
  Buffer
>(scrypt);

/** N = 2^15 takes about 60 ms and 32 MiB: OWASP's second choice (2^15, 8, 3 has p = 3). */
const defaults = { cost: 32_768, blockSize: 8, parallelization: 1, hashBytes: 32 };

/** `salt`: 16 random bytes. */
export async function hashPassword(password: string, salt: Uint8Array): Promise<string> {
  const { cost, blockSize, parallelization, hashBytes } = defaults;
  const hash = await derive(password, salt, hashBytes, { cost, blockSize, parallelization });
  const encoded = [salt, hash].map((bytes) => Buffer.from(bytes).toString('base64'));
  return ['scrypt', cost, blockSize, parallelization, ...encoded].join(':');
}

/** Throws InputError `auth_bad_hash`; `name` is the user's, for the message. */
export function parsePasswordHash(name: string, text: string): PasswordHash {
  const [scheme, cost, blockSize, parallelization, salt, hash, ...rest] = text.split(':');
  const numbers = [cost, blockSize, parallelization].map(Number);
  const [N = 0, r = 0, p = 0] = numbers;
  const isPowerOfTwo = N > 1 && N <= 2 ** 20 && Number.isInteger(Math.log2(N));
  const isSane = isPowerOfTwo && r >= 1 && r <= 32 && p >= 1 && p <= 16;
  const saltBytes = Buffer.from(salt ?? '', 'base64');
  const hashBytes = Buffer.from(hash ?? '', 'base64');
  const isWhole = rest.length === 0 && saltBytes.length >= 8 && hashBytes.length >= 16;
  if (scheme !== 'scrypt' || !numbers.every(Number.isInteger) || !isSane || !isWhole) {
    throw new InputError('auth_bad_hash', `cannot use the hash of user '${name}'`, {
      hint: 'auth.users needs scrypt:N:r:p:salt:hash; `sightline hash-password` prints one.',
    });
  }
  return { cost: N, blockSize: r, parallelization: p, salt: saltBytes, hash: hashBytes };
}

export async function isPasswordOf(expected: PasswordHash, password: string): Promise<boolean> {
  const actual = await derive(password, expected.salt, expected.hash.length, expected);
  return timingSafeEqual(actual, expected.hash);
}

const derive = (
  password: string,
  salt: Uint8Array,
  hashBytes: number,
  { cost, blockSize, parallelization }: Omit<PasswordHash, 'salt' | 'hash'>,
): Promise<Buffer> =>
  scryptAsync(password, salt, hashBytes, {
    N: cost,
    r: blockSize,
    p: parallelization,
    maxmem: 256 * cost * blockSize,
  });
