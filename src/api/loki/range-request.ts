// The time range of endpoints that take the parameters of a range query without being one.
import type { CatalogRequest } from '#query/logql/catalog.ts';
import type { HttpRequest } from '#server/route.ts';
import type { LokiApiDeps } from './deps.ts';
import { checkOrder, parseStep, parseTimeRange } from './parameters.ts';

export interface RangeRequest {
  readonly asked: CatalogRequest;
  readonly stepNano: bigint;
}

/** The last hour and a 250th of it unless told otherwise. Throws InputError for what makes no sense. */
export function rangeRequest(
  { clock }: LokiApiDeps,
  { tenant, signal }: HttpRequest,
  form: URLSearchParams,
): RangeRequest {
  const range = parseTimeRange(form, clock.nowNano());
  checkOrder(range);
  return {
    asked: { tenant, signal, fromNano: range.startNano, toNano: range.endNano },
    stepNano: parseStep(form, range),
  };
}

/** A form with `limit` as it is read for a query; 0 means the default. */
export function withLimit(form: URLSearchParams, limit: string | null): URLSearchParams {
  const copy = new URLSearchParams(form);
  if (limit === null || /^[+-]?0+$/.test(limit)) copy.delete('limit');
  else copy.set('limit', limit);
  return copy;
}
