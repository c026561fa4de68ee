// Entries of any kinds within one bound of bytes; those that nobody asked for the longest go first.
import type { Meter } from '#internal-telemetry/meter.ts';
import type { WriteLog } from '#store/contract.ts';

export type Lookup = 'hit' | 'part' | 'miss';
export type EntryKind = 'grid' | 'samples';

export interface CacheOptions {
  /** `query.cache_bytes`. */
  readonly bytesMax: number;
  /** Tells how much of an entry is still right. */
  readonly writes: WriteLog;
  readonly meter: Meter;
}

interface Entry {
  readonly value: unknown;
  readonly bytes: number;
}

/** An entry takes at most this share of the bytes. */
const shareMax = 0.5;

export class CacheMemory {
  readonly writes: WriteLog;
  readonly entryBytesMax: number;
  readonly #bytesMax: number;
  readonly #entries = new Map<string, Entry>();
  readonly #count: (kind: EntryKind, result: Lookup) => void;
  #bytes = 0;

  constructor({ bytesMax, writes, meter }: CacheOptions) {
    this.writes = writes;
    this.#bytesMax = bytesMax;
    this.entryBytesMax = bytesMax * shareMax;
    const lookups = meter.counter(
      'sightline_query_cache_lookups_total',
      'Lookups in the memory of queries, by kind (grid or samples) and result (hit, part or miss).',
    );
    this.#count = (kind, result) => lookups.add(1, { kind, result });
    const held = 'Bytes that are remembered for queries.';
    meter.observe('sightline_query_cache_bytes', held, () => this.#bytes);
    meter.observe('sightline_query_cache_limit_bytes', 'Most of them.', () => bytesMax);
  }

  get bytes(): number {
    return this.#bytes;
  }

  find(key: string): unknown {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** In place of what the key had; false when it is too large. */
  keep(key: string, value: unknown, valueBytes: number): boolean {
    this.#forget(key);
    const bytes = valueBytes + key.length * 2;
    if (bytes > this.entryBytesMax) return false;
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#bytesMax) break;
      this.#forget(oldest);
    }
    return true;
  }

  countLookup(kind: EntryKind, result: Lookup): void {
    this.#count(kind, result);
  }

  #forget(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}
