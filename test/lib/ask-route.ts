// Asks routes without sockets: finds the route of a path and gives its answer, with JSON decoded.
import type { HttpResponse, Route } from '#server/route.ts';
import { createRouter } from '#server/router.ts';

export interface Asked {
  readonly form?: Readonly<Record<string, string | readonly string[]>>;
  /** Default GET. */
  readonly method?: string;
  readonly tenant?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `http` is the status, 404 or 405 where no route takes it; `json` undefined for other bodies. */
export async function askRoute(routes: readonly Route[], path: string, asked: Asked = {}) {
  const { method = 'GET', tenant = '', headers = {} } = asked;
  const matched = createRouter([{ prefix: '', routes }]).match(method, path);
  if (matched.kind === 'none') return { http: 404, headers: {}, text: '', json: undefined };
  if (matched.kind === 'method') return { http: 405, headers: {}, text: '', json: undefined };
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(asked.form ?? {})) {
    for (const value of [values].flat()) query.append(name, value);
  }
  const response = await matched.route.handle({
    method,
    path,
    params: matched.params,
    query,
    headers,
    tenant,
    signal: new AbortController().signal,
    body: async () => new Uint8Array(),
    form: async () => query,
  });
  const text = await textOf(response);
  const isJson = response.headers?.['content-type']?.startsWith('application/json') ?? false;
  return {
    http: response.status,
    headers: response.headers ?? {},
    text,
    json: isJson ? JSON.parse(text) : undefined,
  };
}

async function textOf({ body }: HttpResponse): Promise<string> {
  if (body === undefined) return '';
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  let text = '';
  for await (const piece of body as AsyncIterable<string>) text += piece;
  return text;
}
