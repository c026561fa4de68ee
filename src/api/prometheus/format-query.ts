// GET|POST /api/v1/format_query.
// https://prometheus.io/docs/prometheus/latest/querying/api/#formatting-query-expressions
import { parse } from '#query/promql/syntax/parse.ts';
import { print } from '#query/promql/syntax/print.ts';
import type { Route } from '#server/route.ts';
import { success } from './encode.ts';
import { prometheusRoute } from './error-response.ts';
import { required } from './parameters.ts';

export const formatQuery: Route = prometheusRoute(
  ['GET', 'POST'],
  '/api/v1/format_query',
  async (request) => success(print(parse(required(await request.form(), 'query')))),
);
