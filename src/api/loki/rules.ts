// /loki/api/v1/rules and the legacy /api/prom/rules: groups of rules read and written as YAML.
// https://grafana.com/docs/loki/latest/reference/loki-http-api/#ruler
import { InputError } from '#lib/errors.ts';
import { groupYaml, namespacesYaml } from '#rule/log-group-yaml.ts';
import type { LogRules } from '#rule/log-rules.ts';
import {
  type HttpRequest,
  type HttpResponse,
  jsonResponse,
  type Route,
  route,
  textResponse,
} from '#server/route.ts';
import { checkOrigin } from '#server/websocket.ts';
import { lokiFailure } from './error-response.ts';

const prefixes = ['/loki/api/v1/rules', '/api/prom/rules'];

export const ruleRoutes = (rules: LogRules): Route[] =>
  prefixes.flatMap((prefix) => [
    textRoute('GET', prefix, (request) => list(rules, request)),
    textRoute('GET', `${prefix}/:namespace`, (request) => list(rules, request)),
    textRoute('GET', `${prefix}/:namespace/:group`, (request) => show(rules, request)),
    textRoute('POST', `${prefix}/:namespace`, (request) => write(rules, request)),
    textRoute('DELETE', `${prefix}/:namespace`, (request) => removeNamespace(rules, request)),
    textRoute('DELETE', `${prefix}/:namespace/:group`, (request) => removeGroup(rules, request)),
  ]);

/** Errors are plain text, and web pages of others may change nothing. */
function textRoute(
  method: string,
  path: string,
  handle: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>,
): Route {
  return route([method], path, async (request) => {
    try {
      if (method !== 'GET') checkOrigin(request.headers);
      return await handle(request);
    } catch (error) {
      return lokiFailure(error);
    }
  });
}

function list(rules: LogRules, { tenant, params }: HttpRequest): HttpResponse {
  const all = rules.namespaces(tenant);
  const { namespace } = params;
  const wanted =
    namespace === undefined ? all : new Map([...all].filter(([name]) => name === namespace));
  return wanted.size === 0 ? notFound('no rule groups found') : yaml(namespacesYaml(wanted));
}

function show(rules: LogRules, { tenant, params }: HttpRequest): HttpResponse {
  const groups = rules.namespaces(tenant).get(params.namespace ?? '') ?? [];
  const group = groups.find(({ name }) => name === params.group);
  return group ? yaml(groupYaml(group)) : notFound('group does not exist');
}

async function write(rules: LogRules, request: HttpRequest): Promise<HttpResponse> {
  const { namespace = '' } = request.params;
  if (namespace === '') {
    throw new InputError('loki_parameter', 'a namespace must be provided in the request');
  }
  const text = new TextDecoder().decode(await request.body());
  await rules.setGroup(request.tenant, namespace, text);
  return accepted();
}

async function removeGroup(rules: LogRules, request: HttpRequest): Promise<HttpResponse> {
  const { namespace = '', group = '' } = request.params;
  const isGone = await rules.deleteGroup(request.tenant, namespace, group);
  return isGone ? accepted() : notFound('group does not exist');
}

async function removeNamespace(rules: LogRules, request: HttpRequest): Promise<HttpResponse> {
  const isGone = await rules.deleteNamespace(request.tenant, request.params.namespace ?? '');
  return isGone ? accepted() : notFound('no rule groups found');
}

const yaml = (text: string): HttpResponse => ({
  status: 200,
  headers: { 'content-type': 'application/yaml' },
  body: text,
});

const notFound = (message: string): HttpResponse => textResponse(`${message}\n`, 404);

const accepted = (): HttpResponse =>
  jsonResponse({ status: 'success', data: null, errorType: '', error: '' }, 202);
