// Finite state entropy: table descriptions and the decoding tables that they make.
// Spec: https://datatracker.ietf.org/doc/html/rfc8878#section-4.1.1
import { highBit, ZstdProblem } from './bit-reader.ts';

export interface FseTable {
  readonly accuracyLog: number;
  readonly symbols: Uint8Array;
  /** Bits to read for the next state, and what to add to them. */
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

export interface FseLimits {
  readonly accuracyLogMax: number;
  readonly symbolMax: number;
}

/** The description at `bytes[start..end)`, and where it ends. */
export function parseFseTable(
  bytes: Uint8Array,
  start: number,
  end: number,
  limits: FseLimits,
): { readonly table: FseTable; readonly next: number } {
  const accuracyLog = ((bytes[start] ?? 0) & 15) + 5;
  if (accuracyLog > limits.accuracyLogMax) throw new ZstdProblem('an FSE table is too precise');
  const counts: number[] = [];
  let bitAt = start * 8 + 4;
  let remaining = (1 << accuracyLog) + 1;
  let threshold = 1 << accuracyLog;
  let bitCount = accuracyLog + 1;
  while (remaining > 1) {
    if (counts.length > limits.symbolMax)
      throw new ZstdProblem('an FSE table has too many symbols');
    const word = bitsAt(bytes, bitAt);
    const spare = 2 * threshold - 1 - remaining;
    let count = word & (threshold - 1);
    if (count < spare) {
      bitAt += bitCount - 1;
    } else {
      count = word & (2 * threshold - 1);
      if (count >= threshold) count -= spare;
      bitAt += bitCount;
    }
    count--;
    remaining -= Math.abs(count);
    counts.push(count);
    if (count === 0) bitAt = skipZeros(bytes, bitAt, counts, limits.symbolMax);
    while (remaining < threshold) {
      bitCount--;
      threshold >>= 1;
    }
  }
  const next = (bitAt + 7) >> 3;
  if (remaining !== 1 || next > end || counts.length > limits.symbolMax + 1) {
    throw new ZstdProblem('an FSE table is not whole');
  }
  return { table: buildFseTable(counts, accuracyLog), next };
}

/** After a count of 0: how many more, two bits at a time, 3 meaning that more follow. */
function skipZeros(bytes: Uint8Array, from: number, counts: number[], symbolMax: number): number {
  let bitAt = from;
  for (;;) {
    const repeats = bitsAt(bytes, bitAt) & 3;
    bitAt += 2;
    for (let i = 0; i < repeats; i++) counts.push(0);
    if (repeats < 3) return bitAt;
    if (counts.length > symbolMax) throw new ZstdProblem('an FSE table has too many symbols');
  }
}

const bitsAt = (bytes: Uint8Array, bitAt: number): number => {
  const index = bitAt >> 3;
  const word =
    (bytes[index] ?? 0) | ((bytes[index + 1] ?? 0) << 8) | ((bytes[index + 2] ?? 0) << 16);
  return word >>> (bitAt & 7);
};

/** `counts` add up to 2^accuracyLog; -1 is "less than 1" and takes one state at the end. */
export function buildFseTable(counts: readonly number[], accuracyLog: number): FseTable {
  const size = 1 << accuracyLog;
  const symbols = new Uint8Array(size);
  const next = new Uint16Array(counts.length);
  let high = size;
  counts.forEach((count, symbol) => {
    if (count === -1) symbols[--high] = symbol;
    next[symbol] = Math.abs(count);
  });
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  counts.forEach((count, symbol) => {
    for (let i = 0; i < count; i++) {
      symbols[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at >= high);
    }
  });
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  for (let state = 0; state < size; state++) {
    const symbol = symbols[state] as number;
    const number = next[symbol] as number;
    next[symbol] = number + 1;
    const count = accuracyLog - highBit(number);
    bits[state] = count;
    bases[state] = (number << count) - size;
  }
  return { accuracyLog, symbols, bits, bases };
}

/** One symbol for ever: no bits at all. */
export const constantFseTable = (symbol: number): FseTable => ({
  accuracyLog: 0,
  symbols: Uint8Array.of(symbol),
  bits: Uint8Array.of(0),
  bases: Uint16Array.of(0),
});
