// The identities of Prometheus series in one batch: which id a series has, and whether the batch has to
// carry its row of otel_series. A series is asked for by a hash of the bytes that its sender used, so
// that its labels are only looked at when it is new, or new on that day.
import { Hash64 } from '#lib/hash.ts';
import type { Pairs } from './canonical.ts';
import type { IdentityCache, IdentityClaims } from './identity.ts';
import type { MetricRows } from './metric-rows.ts';
import { seriesIdBytes } from './origin.ts';

export interface SamplesContext {
  readonly tenant: string;
  /** Of this process, shared by everybody who writes. */
  readonly identities: IdentityCache;
}

export interface Family {
  readonly type?: string;
  readonly unit?: string;
}

const encoder = new TextEncoder();

export class SeriesRows {
  /** The series of the last find() that was true, or of the last add(). */
  idLow = 0;
  idHigh = 0;
  /** Hash of the tenant: where keys of series and metadata begin. */
  readonly seedLow: number;
  readonly seedHigh: number;
  readonly hash = new Hash64();
  readonly #identities: IdentityCache;
  readonly #claims: IdentityClaims;
  readonly #rows: MetricRows;

  constructor({ tenant, identities }: SamplesContext, rows: MetricRows) {
    this.#identities = identities;
    this.#claims = identities.claims();
    this.#rows = rows;
    const bytes = encoder.encode(`prometheus series\xff${tenant}`);
    this.hash.update(bytes, 0, bytes.length, 0, 0);
    this.seedLow = this.hash.low;
    this.seedHigh = this.hash.high;
  }

  /** False when add() has to follow before a row names the series. */
  find(keyLow: number, keyHigh: number, day: number): boolean {
    const slot = this.#identities.find(keyLow, keyHigh);
    if (slot < 0) return false;
    this.idLow = this.#identities.idLow(slot);
    this.idHigh = this.#identities.idHigh(slot);
    return !this.#claims.claim(slot, day);
  }

  /** `labels` are sorted, without `__name__`, without empty values. */
  add(
    keyLow: number,
    keyHigh: number,
    day: number,
    name: string,
    labels: Pairs,
    { type = '', unit = '' }: Family = {},
  ): void {
    let slot = this.#identities.find(keyLow, keyHigh);
    if (slot < 0) {
      seriesIdBytes(name, labels).hashInto(this.hash);
      slot = this.#identities.add(keyLow, keyHigh, this.hash.low, this.hash.high);
    }
    this.#claims.claim(slot, day);
    this.idLow = this.#identities.idLow(slot);
    this.idHigh = this.#identities.idHigh(slot);
    const facts = { name, labels, otelName: '', type, unit, isDelta: false };
    this.#rows.appendSeries(this.idLow, this.idHigh, day, facts);
  }

  /** Whether this batch has to carry what has this key, for `day`. */
  claim(keyLow: number, keyHigh: number, day: number): boolean {
    let slot = this.#identities.find(keyLow, keyHigh);
    if (slot < 0) slot = this.#identities.add(keyLow, keyHigh, 0, 0);
    return this.#claims.claim(slot, day);
  }

  /** To be called once, after the rows are committed. */
  committed(): void {
    this.#claims.committed();
  }
}
