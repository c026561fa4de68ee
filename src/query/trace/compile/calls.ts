// Calls, errors and durations of services in slots of time, from the spans themselves.
import {
  and,
  as,
  call,
  column,
  eq,
  isIn,
  literal,
  op,
  type Projection,
  type Select,
} from '#sql/tree.ts';
import { spans, spansBetween } from '#store/table/spans.ts';
import { source } from '#store/table/table.ts';
import { toStoredServices } from '../service-name.ts';
import { statusCodes } from '../span-words.ts';
import type { SpanRange } from './range.ts';

export interface CallsRead {
  readonly range: SpanRange;
  readonly services: readonly string[];
  /** OTLP's numbers. */
  readonly kinds: readonly number[];
  readonly byOperation: boolean;
  /** Slots count from the start of the range. */
  readonly slotNano: bigint;
  /** A row per slot and duration bucket. */
  readonly hasDurations: boolean;
}

/** Buckets of durations per doubling: a bucket is 4.4 % wide. */
export const bucketsPerDoubling = 16;

/** Columns `service`, `operation` ('' unless by operation), `slot`, `duration_bucket`, `calls`, `errors`. */
export function compileCalls(read: CallsRead): Select {
  const { range, services, kinds, byOperation, slotNano, hasDurations } = read;
  const { tenant, fromNano, toNano } = range;
  const since = op(column('start_unix_nano'), '-', literal(fromNano));
  const size = call('log2', call('greatest', column('duration_nano'), literal(1)));
  const bucket = call('floor', op(size, '*', literal(bucketsPerDoubling)));
  // No alias may be the name of a column that the condition reads, like `bucket`.
  const keys: Projection[] = [
    as(column('service_name'), 'service'),
    as(byOperation ? call('toString', column('name')) : literal(''), 'operation'),
    as(call('toInt64', call('intDiv', since, literal(slotNano))), 'slot'),
    as(hasDurations ? call('toInt64', bucket) : call('toInt64', literal(0)), 'duration_bucket'),
  ];
  const isError = eq(column('status_code'), literal(statusCodes.ERROR));
  return {
    columns: [...keys, as(call('count'), 'calls'), as(call('countIf', isError), 'errors')],
    from: source(spans),
    where: and(
      spansBetween(tenant, fromNano, toNano),
      isIn(column('service_name'), services.flatMap(toStoredServices).map(literal)),
      isIn(column('kind'), kinds.map(literal)),
    ),
    groupBy: keys.map(({ as: name }) => column(name as string)),
  };
}
