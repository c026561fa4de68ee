// Names of services, and of what they do. Services come from otel_scopes (a row per resource, scope
// and day), operations from spans of a time range.
import { and, column, isIn, literal, type Select, table } from '#sql/tree.ts';
import { spansBetween } from '#store/table/spans.ts';
import { ofTenant } from '#store/table/table.ts';
import { toStoredServices } from '../service-name.ts';
import type { SpanRange } from './range.ts';

/** Column `service`, sorted. */
export const compileServices = (tenant: string, limit: number): Select => ({
  isDistinct: true,
  columns: [{ expr: column('service_name'), as: 'service' }],
  from: table('otel_scopes'),
  where: ofTenant(tenant),
  orderBy: [{ expr: column('service') }],
  limit,
});

/** Columns `name` and `kind` (OTLP's number), sorted; without `kinds` of every kind. */
export function compileOperations(
  service: string,
  kinds: readonly number[] | undefined,
  { tenant, fromNano, toNano }: SpanRange,
  limit: number,
): Select {
  return {
    isDistinct: true,
    columns: [{ expr: column('name') }, { expr: column('kind') }],
    from: table('otel_spans'),
    where: and(
      spansBetween(tenant, fromNano, toNano),
      isIn(column('service_name'), toStoredServices(service).map(literal)),
      kinds && isIn(column('kind'), kinds.map(literal)),
    ),
    orderBy: [{ expr: column('name') }, { expr: column('kind') }],
    limit,
  };
}
