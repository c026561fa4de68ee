// GET|POST /api/v1/format_query.
// https://prometheus.io/docs/prometheus/latest/querying/api/#formatting-query-expressions
import { checkQuery } from '#query/promql/run.ts';
import { printPretty } from '#query/promql/syntax/pretty.ts';
import type { Route } from '#server/route.ts';
import { success } from './encode.ts';
import { prometheusRoute } from './error-response.ts';
import { queryParameter } from './parameters.ts';

export const formatQuery: Route = prometheusRoute(
  ['GET', 'POST'],
  '/api/v1/format_query',
  async (request) => success(printPretty(checkQuery(queryParameter(await request.form())).root)),
  'query',
);
