// Where a service graph keeps halves of edges that wait: for the other half, which another process may
// have received, and over a restart.
import type { Pairs } from '#model/canonical.ts';

/** What is known of an edge after one of its two spans. */
export interface EdgeHalf {
  readonly tenant: string;
  /** Hash of the tenant, the trace id and the client's span id: both halves of an edge have the same. */
  readonly edgeKey: bigint;
  readonly isServer: boolean;
  /** The process that holds it: random, another one after each start. */
  readonly owner: bigint;
  /** When it was written, and until when its owner waits for the other half. */
  readonly writtenMs: number;
  readonly expiresMs: number;
  /** Written at an orderly stop: the next process takes it up. */
  readonly isReleased: boolean;
  /** 16 bytes. */
  readonly traceId: Uint8Array;
  /** The end of the client's span, the start of the server's. */
  readonly spanTimeUnixNano: bigint;
  readonly durationNano: number;
  readonly isFailed: boolean;
  readonly isMessaging: boolean;
  readonly service: string;
  readonly serviceNamespace: string;
  /** Whom the span names as its other side; '' when nobody. */
  readonly peer: string;
  /** By name of the attribute. */
  readonly dimensions: Pairs;
}

/**
 * - `write` resolves when the halves are committed: whoever asks afterwards finds them.
 * - `find` answers all halves of these keys that were written since `sinceMs`, its own ones too.
 * - `takeReleased` hands over the halves that the last process to stop in order has left since `sinceMs`,
 *   some at a time, those that expire first first; and hands them over only once.
 * - All throw OperationError when the store does not answer; asking again is safe.
 */
export interface EdgeStore {
  write(halves: readonly EdgeHalf[]): Promise<void>;
  find(tenant: string, edgeKeys: readonly bigint[], sinceMs: number): Promise<EdgeHalf[]>;
  takeReleased(sinceMs: number, take: (halves: readonly EdgeHalf[]) => void): Promise<void>;
}
