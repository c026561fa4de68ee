// GET|POST /loki/api/v1/format_query: a query in Loki's own layout. Stages are not run, so that what
// is wrong only in their arguments is printed all the same.
// https://grafana.com/docs/loki/latest/reference/loki-http-api/#format-a-logql-query
import { InputError } from '#lib/errors.ts';
import { jsonResponse, type Route, route } from '#server/route.ts';
import type { LokiApiDeps } from './deps.ts';

export const formatQuery = ({ engine }: LokiApiDeps): Route =>
  route(['GET', 'POST'], '/loki/api/v1/format_query', async (request) => {
    const text = (await request.form()).get('query') ?? '';
    try {
      return jsonResponse({ status: 'success', data: engine.format(text) });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const answer = jsonResponse({ status: 'invalid-query', error: error.message }, 400);
      return { ...answer, errorCode: error.code };
    }
  });
