// Keys and flags of halves, as the table here has them and as the store has them.
import type { EdgeHalf } from '#pipeline/edge-store.ts';
import { halfFlag } from './half-table.ts';

export const edgeKeyOf = (low: number, high: number): bigint => (BigInt(high) << 32n) | BigInt(low);

export const halvesOfKey = (key: bigint): { low: number; high: number } => ({
  low: Number(BigInt.asUintN(32, key)),
  high: Number(key >> 32n),
});

export const flagsOf = ({ isServer, isFailed, isMessaging }: EdgeHalf): number =>
  (isServer ? halfFlag.server : 0) |
  (isFailed ? halfFlag.failed : 0) |
  (isMessaging ? halfFlag.messaging : 0);
