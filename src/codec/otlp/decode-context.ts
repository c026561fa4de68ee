// What a decoder of OTLP is given beside the bytes, and what it gives back.
import type { Batch, Rejection, Signal } from '#model/batch.ts';
import type { IdentityCache } from '#model/identity.ts';

export interface DecodeContext {
  readonly tenant: string;
  /** Stands in for times that the sender left out. */
  readonly nowNano: bigint;
  /** Items outside are rejected one by one; undefined is no limit. */
  readonly limits: {
    readonly minUnixNano: bigint | undefined;
    readonly maxUnixNano: bigint | undefined;
    /** `ingest.max_attribute_bytes`: an item with a larger attribute (or body) is rejected. */
    readonly attributeBytesMax?: number;
  };
  /** Of this process, shared by all signals and tenants. */
  readonly identities: IdentityCache;
}

export interface DecodeResult<S extends Signal> {
  readonly batch: Batch<S>;
  readonly rejection: Rejection | undefined;
}
