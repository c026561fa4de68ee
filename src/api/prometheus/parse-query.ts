// GET|POST /api/v1/parse_query: the syntax tree of an expression.
// https://prometheus.io/docs/prometheus/latest/querying/api/#parsing-a-promql-expressions-into-a-abstract-syntax-tree-ast
import { checkQuery } from '#query/promql/run.ts';
import { toJson } from '#query/promql/syntax/json.ts';
import type { Route } from '#server/route.ts';
import { success } from './encode.ts';
import { prometheusRoute } from './error-response.ts';
import { queryParameter } from './parameters.ts';

export const parseQuery: Route = prometheusRoute(
  ['GET', 'POST'],
  '/api/v1/parse_query',
  async (request) => success(toJson(checkQuery(queryParameter(await request.form())).root)),
  'query',
);
