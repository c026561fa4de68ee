// GET|POST /loki/api/v1/labels, /label and /label/<name>/values, and their older forms. Without a
// value `data` is left out, as in Loki.
import type { CatalogRequest } from '#query/logql/catalog.ts';
import { type HttpRequest, jsonResponse, type Route, route } from '#server/route.ts';
import type { LokiApiDeps } from './deps.ts';
import { lokiRoute } from './error-response.ts';
import { checkOrder, parseTimeRange } from './parameters.ts';

const success = (names: readonly string[]): object =>
  names.length === 0 ? { status: 'success' } : { status: 'success', data: names };

/** What `/api/prom/label` answered. */
const older = (names: readonly string[]): object => (names.length === 0 ? {} : { values: names });

export const labels = (deps: LokiApiDeps): Route[] =>
  (
    [
      ['/loki/api/v1/labels', success],
      ['/loki/api/v1/label', success],
      ['/api/prom/label', older],
    ] as const
  ).map(([path, encode]) =>
    lokiRoute(path, async (request) => {
      const form = await request.form();
      const asked = catalogRequest(deps, request, form);
      return jsonResponse(encode(await deps.catalog.labels(asked, form.get('query') ?? '')));
    }),
  );

export const labelValues = (deps: LokiApiDeps): Route[] =>
  (
    [
      ['/loki/api/v1/label/:name/values', success],
      ['/api/prom/label/:name/values', older],
    ] as const
  ).map(([path, encode]) =>
    lokiRoute(path, async (request) => {
      const form = await request.form();
      const asked = catalogRequest(deps, request, form);
      const name = request.params.name ?? '';
      const selector = form.get('query') ?? '';
      return jsonResponse(encode(await deps.catalog.labelValues(asked, name, selector)));
    }),
  );

/** A client that has no name yet asks so; Loki sends it to the path with a single slash. */
export const namelessLabel = (): Route =>
  route(['GET'], '/loki/api/v1/label//values', () => ({
    status: 301,
    headers: { location: '/loki/api/v1/label/values' },
  }));

/** The window of the request; six hours unless told otherwise, as Loki has it for labels. */
export function catalogRequest(
  { clock }: LokiApiDeps,
  { tenant, signal }: HttpRequest,
  form: URLSearchParams,
): CatalogRequest {
  if (!form.get('since') && !form.get('start')) form.set('since', '6h');
  const range = parseTimeRange(form, clock.nowNano());
  checkOrder(range);
  return { tenant, signal, fromNano: range.startNano, toNano: range.endNano };
}
