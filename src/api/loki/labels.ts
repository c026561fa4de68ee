// GET|POST /loki/api/v1/labels, /label and /label/<name>/values
import { InputError } from '#lib/errors.ts';
import type { CatalogRequest } from '#query/logql/catalog.ts';
import { type HttpRequest, jsonResponse, type Route } from '#server/route.ts';
import type { LokiApiDeps } from './deps.ts';
import { lokiRoute } from './error-response.ts';
import { checkOrder, parseTimeRange } from './parameters.ts';

export const labels = (deps: LokiApiDeps): Route[] =>
  ['/loki/api/v1/labels', '/loki/api/v1/label'].map((path) =>
    lokiRoute(path, async (request) => {
      const form = await request.form();
      const names = deps.catalog.labels(catalogRequest(deps, request, form), selectorOf(form));
      return jsonResponse({ status: 'success', data: await names });
    }),
  );

export const labelValues = (deps: LokiApiDeps): Route =>
  lokiRoute('/loki/api/v1/label/:name/values', async (request) => {
    const form = await request.form();
    const asked = catalogRequest(deps, request, form);
    const name = request.params.name ?? '';
    const values = await deps.catalog.labelValues(asked, name, selectorOf(form));
    return jsonResponse({ status: 'success', data: values });
  });

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

/** The parameter `query`: a stream selector and nothing else. */
export function selectorOf(form: URLSearchParams): string {
  const selector = (form.get('query') ?? '').trim();
  if (/^\{[^"`]*(?:(?:"(?:[^"\\]|\\.)*"|`[^`]*`)[^"`}]*)*\}\s*\S/.test(selector)) {
    throw new InputError('loki_parameter', 'only label matchers are supported');
  }
  return selector;
}
