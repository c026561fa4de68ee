// Which lines were there lately: what is stored twice counts once, and what is pushed twice, too.
import { hash64 } from '#lib/hash.ts';
import { KEY_SEPARATOR, labelsKey } from '#query/vector/value.ts';
import type { LogEntry } from '../eval/read-lines.ts';

const encoder = new TextEncoder();

/** The same for the same line with the same labels and time. */
export function entryKey({ timeNano, line, stream, metadata, parsed }: LogEntry): bigint {
  const labels = [stream, metadata, parsed].map(labelsKey).join(KEY_SEPARATOR);
  return hash64(encoder.encode(`${timeNano} ${labels}${KEY_SEPARATOR}${line}`));
}

/** Keys of the last `keysMax` lines at least, and of twice as many at most. */
export class RecentKeys {
  readonly #keysMax: number;
  #young = new Set<bigint>();
  #old = new Set<bigint>();

  constructor(keysMax: number) {
    this.#keysMax = keysMax;
  }

  /** False when it was there. */
  add(key: bigint): boolean {
    if (this.#young.has(key) || this.#old.has(key)) return false;
    if (this.#young.size >= this.#keysMax) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    this.#young.add(key);
    return true;
  }
}
