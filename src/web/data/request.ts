// The one way to ask the program something: GET or form POST, JSON back. Every failure becomes a
// RequestError that says what happened in words that can be shown.

export interface ErrorSpan {
  readonly from: number;
  readonly to: number;
}

export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** 0: no answer at all. */
  readonly status: number;
  constructor(message: string, status: number, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
  }
}

export type Params = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export interface RequestOptions {
  readonly signal: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

export function toSearch(params: Params): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined) continue;
    if (typeof value === 'object') for (const one of value) search.append(name, one);
    else search.append(name, String(value));
  }
  return search;
}

let pendingCount = 0;

/** True while any answer is awaited. */
export const isAnyPending = (): boolean => pendingCount > 0;

/** `path` is relative to the address under which the UI is served. */
export async function requestJson<T>(
  path: string,
  params: Params,
  options: RequestOptions,
): Promise<T> {
  pendingCount++;
  try {
    return await ask<T>(path, params, options);
  } finally {
    pendingCount--;
  }
}

async function ask<T>(path: string, params: Params, options: RequestOptions): Promise<T> {
  const { signal, headers = {} } = options;
  const url = new URL(path, document.baseURI);
  url.search = toSearch(params).toString();
  let response: Response;
  try {
    response = await fetch(url, { signal, headers: { accept: 'application/json', ...headers } });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new RequestError('Sightline does not answer. Is it still running?', 0, cause);
  }
  const text = await response.text();
  if (!response.ok) throw new RequestError(errorMessage(text, response.status), response.status);
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new RequestError(`The answer of ${url.pathname} is not JSON.`, response.status, cause);
  }
}

/** Prometheus answers `{error}`, Grafana `{message}`, Loki and Tempo plain text. */
function errorMessage(text: string, status: number): string {
  try {
    const body = JSON.parse(text) as { error?: unknown; message?: unknown };
    if (typeof body.error === 'string') return body.error;
    if (typeof body.message === 'string') return body.message;
  } catch {
    if (text.trim() !== '' && !text.trimStart().startsWith('<')) return text.trim();
  }
  return `The request failed with status ${status}.`;
}
