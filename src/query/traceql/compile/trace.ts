// One trace with everything that was received of it. No time range: the sorting key begins with
// tenant and hour, and within an hour spans lie sorted by trace id, so that the key alone leads to a
// few granules per hour; the bloom filter drops most of those too.
import { and, column, isIn, literal, type Select, table } from '#sql/tree.ts';
import { spans } from '#store/table/spans.ts';
import { ofTenant } from '#store/table/table.ts';

const unread: ReadonlySet<string> = new Set(['tenant', 'bucket', 'arrival']);

/** What was received of the spans of these ids (16 bytes each); rows of one identity may repeat. */
export function compileTrace(tenant: string, traceIds: readonly Uint8Array[]): Select {
  const names = Object.keys(spans.columns).filter((name) => !unread.has(name));
  return {
    columns: names.map((name) => ({ expr: column(name) })),
    from: table('otel_spans'),
    where: and(ofTenant(tenant), isIn(column('trace_id'), traceIds.map(literal))),
  };
}
