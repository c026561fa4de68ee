// The Jaeger API without sockets: a request goes through the router into the routes.
import type { HttpRequest, Route } from '#server/route.ts';
import { createRouter } from '#server/router.ts';

export interface JaegerAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into by path.
  readonly body: any;
}

export type JaegerClient = (
  target: string,
  options?: { readonly method?: string; readonly body?: string },
) => Promise<JaegerAnswer>;

/** `target` is a path with its query string. */
export function createJaegerClient(routes: readonly Route[]): JaegerClient {
  const router = createRouter([{ prefix: '', routes }]);
  return async (target, { method = 'GET', body = '' } = {}) => {
    const [path = '', query = ''] = target.split(/\?(.*)/s);
    const match = router.match(method, path);
    if (match.kind !== 'found') {
      const status = match.kind === 'method' ? 405 : 404;
      return { status, contentType: '', text: '', body: undefined };
    }
    const request: HttpRequest = {
      method,
      path,
      params: match.params,
      query: new URLSearchParams(query),
      headers: {},
      tenant: '',
      signal: new AbortController().signal,
      body: async () => Buffer.from(body),
      form: async () => new URLSearchParams(query),
    };
    const { status, headers, body: content = '' } = await match.route.handle(request);
    if (typeof content !== 'string') throw new Error('not text');
    const contentType = (headers?.['content-type'] ?? '').split(';')[0] as string;
    return { status, contentType, text: content, body: JSON.parse(content) };
  };
}
