// The Jaeger API without sockets: a request goes through the router into the routes.
import type { HttpRequest, Route } from '#server/route.ts';
import { createRouter } from '#server/router.ts';

export interface UiSpan {
  readonly spanID: string;
  readonly processID: string;
  readonly startTime: number;
  readonly tags: readonly { readonly key: string }[];
  readonly warnings: readonly string[] | null;
}

export interface UiTrace {
  readonly traceID: string;
  readonly spans: AtLeastOne<UiSpan>;
  readonly processes: Readonly<Record<string, object>>;
}

export interface OtlpSpan {
  readonly spanId: string;
  readonly attributes?: readonly object[];
}

interface Metric {
  readonly metricPoints: AtLeastOne<{ readonly gaugeValue: { readonly doubleValue: number } }>;
  readonly passCount: number;
  readonly failureCount: number;
  readonly failureExamples: readonly object[];
}

/** So that a test may look into the first without asking whether it is there: else it fails. */
type AtLeastOne<Item> = readonly [Item, ...Item[]];

/** Every field that some endpoint answers and a test looks into. */
export interface JaegerBody {
  readonly data: AtLeastOne<UiTrace>;
  readonly errors: AtLeastOne<{ readonly code?: number; readonly msg: string }>;
  readonly error: { readonly message: string };
  readonly result: {
    readonly resourceSpans: readonly {
      readonly scopeSpans: readonly {
        readonly spans: readonly OtlpSpan[];
      }[];
    }[];
  };
  readonly summaries: readonly { readonly traceId: string }[];
  readonly dependencies: readonly object[];
  readonly help: string;
  readonly metrics: readonly [Metric, Metric, ...Metric[]];
  readonly scores: readonly object[];
}

export interface JaegerAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  readonly body: JaegerBody;
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
      return { status, contentType: '', text: '', body: {} as JaegerBody };
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
    return { status, contentType, text: content, body: JSON.parse(content) as JaegerBody };
  };
}
