import type { UnixNano } from '#model/unit.ts';

/** Spans that start at `fromNano` or later and before `toNano`. */
export interface SpanRange {
  readonly tenant: string;
  readonly fromNano: UnixNano;
  readonly toNano: UnixNano;
}
