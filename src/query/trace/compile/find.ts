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
import { attributeHint, compileTag, compileTagPlaces } from './tag.ts';

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
  const selects = alternatives(filter, range).map(
    (where): Select => ({
      columns: [{ expr: column('trace_id') }, as(call('max', column('start_unix_nano')), 'latest')],
      from: table('otel_spans'),
      where,
      ...newest(limit),
    }),
  );
  const [only] = selects;
  if (only && selects.length === 1) return only;
  return {
    columns: [{ expr: column('trace_id') }, as(call('max', column('newest')), 'latest')],
    from: { kind: 'union', selects: selects.map(renamed) },
    ...newest(limit),
  };
}

const newest = (limit: number) => ({
  groupBy: [column('trace_id')],
  orderBy: [{ expr: column('latest'), isDescending: true }, { expr: column('trace_id') }],
  limit,
});

/** An aggregate of a column must not have the column's own name. */
const renamed = (select: Select): Select => ({
  columns: [{ expr: column('trace_id') }, as(column('latest'), 'newest')],
  from: { kind: 'select', select },
});

/**
 * Conditions one of which has to hold. The first tag is looked for in attributes, which have an index,
 * and apart from that in all other places, without reading the attributes of every span.
 */
function alternatives(filter: SpanFilter, range: SpanRange): Expr[] {
  const { tenant, fromNano, toNano } = range;
  const [first, ...others] = filter.tags;
  const rows = [spansBetween(tenant, fromNano, toNano), ...fieldConditions(filter)];
  const rest = others.map(([name, value]) => compileTag(name, value, range));
  if (first === undefined) return [and(...rows)];
  const [name, value] = first;
  const places = compileTagPlaces(name, value, range);
  if (places === undefined) return [and(...rows, compileTag(name, value, range), ...rest)];
  return [
    and(...rows, attributeHint(name, value), places.attributes, ...rest),
    and(...rows, places.elsewhere, ...rest),
  ];
}

function fieldConditions(filter: SpanFilter): Expr[] {
  const { serviceName, operationName, durationMinNano, durationMaxNano } = filter;
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
  return found;
}
