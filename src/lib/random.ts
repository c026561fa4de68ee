// The only reader of randomness.
import { randomBytes } from 'node:crypto';

/** `bytes` random bytes as hex. */
export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

/** A factor between 1 - spread and 1 + spread, for jitter. */
export function jitter(spread: number): number {
  return 1 + (Math.random() * 2 - 1) * spread;
}

/** At least 0 and less than 1. */
export const randomFraction = (): number => Math.random();
