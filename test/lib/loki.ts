// Asks routes as the listener would, without a socket.
import type { HttpRequest, HttpResponse, Route } from '#server/route.ts';

export interface Asked {
  readonly params?: readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly tenant?: string;
}

export interface Answered {
  readonly status: number;
  readonly body: string;
  readonly response: HttpResponse;
}

export async function ask(
  routes: readonly Route[],
  method: string,
  path: string,
  { params = [], headers = {}, body = '', tenant = '' }: Asked = {},
): Promise<Answered> {
  for (const route of routes) {
    const found = route.methods.includes(method) ? matchPath(route.path, path) : undefined;
    if (!found) continue;
    const query = new URLSearchParams(
      params.map(([name, value]): [string, string] => [name, value]),
    );
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    const request: HttpRequest = {
      method,
      path,
      params: found,
      query,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
      ),
      tenant,
      signal: new AbortController().signal,
      body: async () => bytes,
      form: async () => new URLSearchParams(query),
    };
    const response = await route.handle(request);
    const text = await textOf(response.body);
    return { status: response.status, body: text, response };
  }
  const response = { status: 404 };
  return { status: 404, body: '404 page not found\n', response };
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const parts = path.split('/');
  if (wanted.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (let i = 0; i < wanted.length; i++) {
    const [want, part] = [wanted[i] as string, parts[i] as string];
    if (want.startsWith(':')) params[want.slice(1)] = decodeURIComponent(part);
    else if (want !== part) return undefined;
  }
  return params;
}

async function textOf(body: HttpResponse['body']): Promise<string> {
  if (typeof body === 'string') return body;
  const pieces: (string | Uint8Array)[] = [];
  if (body !== undefined && !(body instanceof Uint8Array)) {
    for await (const piece of body) pieces.push(piece);
  }
  return pieces.join('');
}
