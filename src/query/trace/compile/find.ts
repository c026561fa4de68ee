// Traces with a span that fits everything at once: service, operation, tags, duration and start, as
// Jaeger searches. All of it is decided by the engine, in one pass over a slice of time.
import {
  and,
  as,
  call,
  column,
  type Expr,
  eq,
  isIn,
  literal,
  op,
  type Select,
  table,
} from '#sql/tree.ts';
import { spansBetween } from '#store/table/spans.ts';
import { toStoredServices } from '../service-name.ts';
import type { SpanRange } from './range.ts';
import { compileTag } from './tag.ts';

/** What one span of a trace has to be; '' and undefined mean any. */
export interface SpanFilter {
  readonly serviceName: string;
  readonly operationName: string;
  /** Texts of values by name. */
  readonly tags: ReadonlyMap<string, string>;
  readonly durationMinNano: bigint | undefined;
  readonly durationMaxNano: bigint | undefined;
}

/** Columns `trace_id` and `latest`, the start of the latest span that fits; newest first. */
export function compileFind(filter: SpanFilter, range: SpanRange, limit: number): Select {
  const { tenant, fromNano, toNano } = range;
  return {
    columns: [
      as(column('trace_id'), 'trace_id'),
      as(call('max', column('start_unix_nano')), 'latest'),
    ],
    from: table('otel_spans'),
    where: and(spansBetween(tenant, fromNano, toNano), ...conditions(filter, range)),
    groupBy: [column('trace_id')],
    orderBy: [{ expr: column('latest'), isDescending: true }, { expr: column('trace_id') }],
    limit,
  };
}

function conditions(filter: SpanFilter, range: SpanRange): Expr[] {
  const { serviceName, operationName, tags, durationMinNano, durationMaxNano } = filter;
  const found: Expr[] = [];
  if (serviceName !== '') {
    found.push(isIn(column('service_name'), toStoredServices(serviceName).map(literal)));
  }
  if (operationName !== '') found.push(eq(column('name'), literal(operationName)));
  if (durationMinNano !== undefined) {
    found.push(op(column('duration_nano'), '>=', literal(durationMinNano)));
  }
  if (durationMaxNano !== undefined) {
    found.push(op(column('duration_nano'), '<=', literal(durationMaxNano)));
  }
  for (const [name, value] of tags) found.push(compileTag(name, value, range));
  return found;
}
