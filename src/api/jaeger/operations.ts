// GET /api/services, /api/services/SERVICE/operations and /api/operations: names, for the forms of a
// search. Grafana also asks for the services to see whether the datasource works.
import { kindNames, kindOfName } from '#query/trace/span-words.ts';
import type { Route } from '#server/route.ts';
import { answerJson } from './answer.ts';
import type { JaegerSources } from './api.ts';
import { jaegerRoute, refused, structured } from './error-response.ts';

export const services = ({ catalog }: JaegerSources): Route =>
  jaegerRoute(['GET'], '/api/services', async (request) => {
    const data = await catalog.services(request.tenant, request.signal);
    return answerJson(request, structured({ data, total: data.length }));
  });

export const serviceOperations = ({ catalog }: JaegerSources): Route =>
  jaegerRoute(['GET'], '/api/services/:service/operations', async (request) => {
    const service = request.params['service'] ?? '';
    const asked = { tenant: request.tenant, service, kind: undefined };
    const found = await catalog.operations(asked, request.signal);
    const data = [...new Set(found.map(({ name }) => name))];
    return answerJson(request, structured({ data, total: data.length }));
  });

export const operations = ({ catalog }: JaegerSources): Route =>
  jaegerRoute(['GET'], '/api/operations', async (request) => {
    const service = request.query.get('service') ?? '';
    if (service === '') throw refused("parameter 'service' is required");
    const kindName = request.query.get('spanKind') ?? '';
    const data = await namedOperations({ catalog }, request, { service, kindName });
    return answerJson(request, structured({ data, total: data.length }));
  });

/** Operations as Jaeger names their kinds; none for a kind that does not exist. */
export async function namedOperations(
  { catalog }: Pick<JaegerSources, 'catalog'>,
  { tenant, signal }: { readonly tenant: string; readonly signal: AbortSignal },
  { service, kindName }: { readonly service: string; readonly kindName: string },
): Promise<{ name: string; spanKind: string }[]> {
  const kind = kindName === '' ? undefined : kindOfName(kindName);
  if (kindName !== '' && kind === undefined) return [];
  const found = await catalog.operations({ tenant, service, kind }, signal);
  return found.map(({ name, kind: number }) => ({ name, spanKind: kindNames[number] ?? '' }));
}
