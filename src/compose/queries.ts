// The `query` of a running Sightline: the same routes that answer over HTTP, asked in this process, so
// that an embedder and a client never get different answers.

import type { Clock } from '#lib/clock.ts';
import { InputError, OperationError } from '#lib/errors.ts';
import type { GrpcService, HttpRequest, Route } from '#server/route.ts';
import type {
  Instant,
  LogqlResult,
  PromqlResult,
  SightlineQueries,
  TraceSummary,
} from '../public-api.ts';

export interface QueryRoutes {
  readonly prometheus: readonly Route[];
  readonly loki: readonly Route[];
  readonly tempo: readonly Route[];
  readonly tempoGrpc: readonly GrpcService[];
  readonly jaeger: readonly Route[];
  /** The QueryServices, which Jaeger has on a port of their own. */
  readonly jaegerGrpc: readonly GrpcService[];
  /** Of our own, below `/api`. */
  readonly own: readonly Route[];
}

type Parameters = Readonly<Record<string, string | undefined>>;

const never = new AbortController().signal;

export function createQueries(routes: QueryRoutes, clock: Clock): SightlineQueries {
  const seconds = (instant: Instant | undefined): string =>
    String((instant === undefined ? clock.nowMs() : Number(instant)) / 1000);
  const nanos = (instant: Instant | undefined): string =>
    `${Math.round(instant === undefined ? clock.nowMs() : Number(instant))}000000`;
  const stepOf = (stepMs: number | undefined, start: Instant, end: Instant | undefined): string => {
    const spanMs = (end === undefined ? clock.nowMs() : Number(end)) - Number(start);
    return String((stepMs ?? Math.max(1000, Math.ceil(spanMs / 250))) / 1000);
  };
  const textOf = (value: number | undefined): string | undefined =>
    value === undefined ? undefined : String(value);
  return {
    promql: {
      instant: async (query, { time, limit, signal } = {}) => {
        const parameters = { query, time: seconds(time), limit: textOf(limit) };
        return dataOf<PromqlResult>(
          await ask(routes.prometheus, '/api/v1/query', parameters, signal),
        );
      },
      range: async (query, { start, end, stepMs, signal }) => {
        const step = stepOf(stepMs, start, end);
        const parameters = { query, start: seconds(start), end: seconds(end), step };
        return dataOf<PromqlResult>(
          await ask(routes.prometheus, '/api/v1/query_range', parameters, signal),
        );
      },
    },
    logql: {
      instant: async (query, { time, limit, signal } = {}) => {
        const parameters = { query, time: nanos(time), limit: textOf(limit) };
        return dataOf<LogqlResult>(
          await ask(routes.loki, '/loki/api/v1/query', parameters, signal),
        );
      },
      range: async (query, { start, end, stepMs, limit, signal }) => {
        const step = stepOf(stepMs, start, end);
        const parameters = {
          query,
          start: nanos(start),
          end: nanos(end),
          step,
          limit: textOf(limit),
        };
        return dataOf<LogqlResult>(
          await ask(routes.loki, '/loki/api/v1/query_range', parameters, signal),
        );
      },
    },
    traceql: {
      search: async (query, { start, end, limit, signal }) => {
        const range = {
          start: String(Math.floor(Number(start) / 1000)),
          end: String(Math.ceil(Number(seconds(end)))),
        };
        const parameters = { q: query, ...range, limit: textOf(limit) };
        const answer = await ask(routes.tempo, '/api/search', parameters, signal);
        return (JSON.parse(answer ?? '{}') as { traces?: TraceSummary[] }).traces ?? [];
      },
      trace: async (traceId, { signal } = {}) => {
        const answer = await ask(routes.tempo, '/api/v2/traces/:id', {}, signal, { id: traceId });
        if (answer === undefined) return undefined;
        const { trace } = JSON.parse(answer) as { trace?: { resourceSpans?: unknown[] } };
        const resourceSpans = trace?.resourceSpans ?? [];
        return resourceSpans.length > 0 ? { resourceSpans } : undefined;
      },
    },
  };
}

const dataOf = <T>(body: string | undefined): T => (JSON.parse(body ?? '{}') as { data: T }).data;

/** The body of a 2xx answer; undefined for 404; errors as the public API documents them. */
async function ask(
  routes: readonly Route[],
  path: string,
  parameters: Parameters,
  signal: AbortSignal | undefined,
  params: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  const found = routes.find((candidate) => candidate.path === path);
  if (!found) throw new Error(`BUG: no route ${path}`);
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, value);
  }
  const request: HttpRequest = {
    method: 'GET',
    path,
    params,
    query,
    headers: { accept: 'application/json' },
    tenant: '',
    signal: signal ?? never,
    body: async () => new Uint8Array(),
    form: async () => query,
  };
  const { status, body } = await found.handle(request);
  const text = await textOfBody(body);
  if (status === 404) return undefined;
  if (status >= 500) throw new OperationError('query_failed', text, { retryable: status === 503 });
  if (status >= 400) throw new InputError('query_refused', text);
  return text;
}

async function textOfBody(body: Awaited<ReturnType<Route['handle']>>['body']): Promise<string> {
  if (body === undefined) return '';
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
