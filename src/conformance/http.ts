// One HTTP request with connections that are kept. Not fetch: cases ask with odd methods and with
// paths that must be sent as they are.
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { OperationError } from '#lib/errors.ts';

export interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly params?: readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  /** The parameters travel in a form-encoded body. */
  readonly form?: boolean;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const timeoutMs = 60_000;

export function request(base: string, asked: Asked): Promise<Answered> {
  const { hostname, port, pathname } = new URL(base);
  const query = (asked.params ?? [])
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  const headers: Record<string, string | number> = { ...asked.headers };
  let payload = asked.body;
  let path = pathname.replace(/\/$/, '') + asked.path;
  if (asked.form) {
    payload = query;
    headers['content-type'] = 'application/x-www-form-urlencoded';
  } else if (query !== '') path += `?${query}`;
  if (payload !== undefined) headers['content-length'] = Buffer.byteLength(payload);
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(
        new OperationError('conformance_target', `cannot ask ${base}: ${error.message}`, {
          retryable: false,
          cause: error,
        }),
      );
    const sent = httpRequest(
      { hostname, port, path, method: asked.method ?? 'GET', headers, agent, timeout: timeoutMs },
      (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('error', fail);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(pieces),
          }),
        );
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`no answer in ${timeoutMs} ms`)));
    sent.on('error', fail);
    if (payload !== undefined) sent.write(payload);
    sent.end();
  });
}

/** Runs `work` on all items, so many at a time; results in the order of the items. */
export async function inParallel<In, Out>(
  items: readonly In[],
  places: number,
  work: (item: In, index: number) => Promise<Out>,
): Promise<Out[]> {
  const results = new Array<Out>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as In, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(places, items.length) }, worker));
  return results;
}
