// /loki/api/v1/delete: requests to delete lines, made by POST or PUT, listed by GET, cancelled by DELETE.
// https://grafana.com/docs/loki/latest/reference/loki-http-api/#compactor
import type { Clock } from '#lib/clock.ts';
import { InputError } from '#lib/errors.ts';
import { parseDeletion } from '#query/logql/delete/delete-lines.ts';
import type { DeleteRequest, DeleteRequests } from '#query/logql/delete/requests.ts';
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
import { parseTime } from './parameters.ts';

export interface DeleteApiDeps {
  /** Undefined: `loki.enable_delete` is off. */
  readonly requests: DeleteRequests | undefined;
  readonly clock: Clock;
  readonly isStrict: boolean;
}

type Handle = (requests: DeleteRequests, request: HttpRequest) => Promise<HttpResponse>;

export function deleteRoutes(deps: DeleteApiDeps): Route[] {
  const made = (methods: readonly string[], handle: Handle): Route =>
    route(methods, '/loki/api/v1/delete', async (request) => {
      try {
        if (!deps.requests) return unavailable();
        if (request.method !== 'GET') checkOrigin(request.headers);
        return await handle(deps.requests, request);
      } catch (error) {
        return lokiFailure(error);
      }
    });
  return [
    made(['POST', 'PUT'], (requests, request) => create(deps, requests, request)),
    made(['GET'], async (requests, request) =>
      jsonResponse(requests.list(request.tenant).map(toJson)),
    ),
    made(['DELETE'], async (requests, request) => cancel(requests, request)),
  ];
}

const unavailable = (): HttpResponse =>
  textResponse('deletion is not available for this tenant (loki.enable_delete)\n', 403);

const refused = (message: string): InputError => new InputError('loki_parameter', message);

async function create(
  { clock, isStrict }: DeleteApiDeps,
  requests: DeleteRequests,
  request: HttpRequest,
): Promise<HttpResponse> {
  const form = await request.form();
  const query = form.get('query') ?? '';
  if (query === '') throw refused('query not set');
  parseDeletion(query, isStrict);
  const start = form.get('start') ?? '';
  if (start === '') throw refused('start time not set');
  const end = form.get('end') ?? '';
  const nowNano = clock.nowNano();
  const fromNano = parseTime(start);
  const endNano = end === '' ? nowNano : parseTime(end);
  if (endNano > nowNano) throw refused('deletes in the future are not allowed');
  if (fromNano > endNano) throw refused("start time can't be greater than end time");
  const { tenant } = request;
  const { id } = requests.add({ tenant, query, fromNano, toNano: endNano + 1n });
  return { status: 204, headers: { 'x-request-id': id } };
}

function cancel(requests: DeleteRequests, { query, tenant }: HttpRequest): HttpResponse {
  const id = query.get('request_id') ?? '';
  if (!requests.cancel(tenant, id)) {
    return textResponse('could not find delete request with given id\n', 404);
  }
  return { status: 204 };
}

/** Times in seconds, as Loki has them. */
const toJson = ({ id, fromNano, toNano, query, status, createdMs }: DeleteRequest): object => ({
  request_id: id,
  start_time: seconds(fromNano),
  end_time: seconds(toNano - 1n),
  query,
  status,
  created_at: createdMs / 1000,
});

const seconds = (nano: bigint): number => Number(nano / 1_000_000n) / 1000;
