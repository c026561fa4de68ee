// The Tempo API without sockets: a request goes through the router into the routes.

import type { HttpRequest, Route } from '#server/route.ts';
import { createRouter } from '#server/router.ts';

export interface TempoAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly json: () => unknown;
}

export type TempoClient = (
  path: string,
  params?: Iterable<[string, string]>,
  options?: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> },
) => Promise<TempoAnswer>;

export function createTempoClient(routes: readonly Route[]): TempoClient {
  const router = createRouter([{ prefix: '', routes }]);
  return async (path, params = [], { method = 'GET', headers = {} } = {}) => {
    const match = router.match(method, path);
    if (match.kind !== 'found') return answer(match.kind === 'method' ? 405 : 404, {}, '');
    const request: HttpRequest = {
      method,
      path,
      params: match.params,
      query: new URLSearchParams([...params]),
      headers,
      tenant: '',
      signal: new AbortController().signal,
      body: async () => new Uint8Array(),
      form: async () => new URLSearchParams(),
    };
    const response = await match.route.handle(request);
    const body = response.body ?? '';
    if (typeof body !== 'string' && !(body instanceof Uint8Array)) throw new Error('streamed');
    return answer(response.status, response.headers ?? {}, body);
  };
}

function answer(
  status: number,
  headers: Readonly<Record<string, string>>,
  content: string | Uint8Array,
): TempoAnswer {
  const body = Buffer.from(content as string);
  return {
    status,
    contentType: (headers['content-type'] ?? '').replace(/;.*/, ''),
    headers,
    body,
    json: () => JSON.parse(body.toString('utf8')),
  };
}
