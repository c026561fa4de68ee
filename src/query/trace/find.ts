// Ids of the traces that fit, newest first. A trace is as new as its latest span that fits, so time
// can be walked backwards in slices that grow: what a slice finds is final, because all that is left
// is older. Spans lie in the store by the minute they start in: the newest minutes are usually enough.
import type { StoreReader } from '#store/contract.ts';
import { indexedReadSettings } from '#store/table/spans.ts';
import { compileFind, type SpanFilter } from './compile/find.ts';
import type { SpanRange } from './compile/range.ts';

export interface FindRequest extends SpanRange, SpanFilter {
  readonly limit: number;
}

const firstSliceNano = 300_000_000_000n;
const sliceGrowth = 4n;

interface FoundRow {
  readonly trace_id: Uint8Array;
}

/** At most `limit` ids of 32 hex digits. */
export async function findTraceIds(
  reader: StoreReader,
  request: FindRequest,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const { tenant, fromNano, toNano, limit } = request;
  const found = new Set<string>();
  const options = { settings: indexedReadSettings, ...(signal ? { signal } : {}) };
  let sliceNano = firstSliceNano;
  for (let end = toNano; end > fromNano && found.size < limit; sliceNano *= sliceGrowth) {
    const from = latest(end - sliceNano, fromNano);
    const slice = { tenant, fromNano: from, toNano: end };
    // Newer slices may have shown some of these traces already.
    const select = compileFind(request, slice, limit + found.size);
    const rows = await reader.rows<FoundRow>(select, options);
    for (const row of rows) {
      if (found.size < limit) found.add(Buffer.from(row.trace_id).toString('hex'));
    }
    end = from;
  }
  return [...found];
}

const latest = (a: bigint, b: bigint): bigint => {
  if (a > b) return a;
  return b;
};
