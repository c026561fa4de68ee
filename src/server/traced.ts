// Routes in, the same routes out, each request inside a span of ours (OTel HTTP semantic conventions).
// For the read line only: ingest makes no spans.
import type { Tracer } from '#internal-telemetry/tracer.ts';
import type { Route } from './route.ts';

/** Query strings longer than this are cut in the span's attribute. */
const queryLengthMax = 2000;

export function traced(tracer: Tracer, routes: readonly Route[]): Route[] {
  return routes.map((known) => ({
    ...known,
    handle: (request) =>
      tracer.span(
        `${request.method} ${known.path}`,
        {
          kind: 'server',
          traceparent: request.headers.traceparent,
          attributes: {
            'http.request.method': request.method,
            'http.route': known.path,
            'url.query': request.query.toString().slice(0, queryLengthMax),
          },
        },
        async (span) => {
          const response = await known.handle(request);
          span.set({ 'http.response.status_code': response.status });
          if (response.status >= 500) span.fail(`status ${response.status}`);
          return response;
        },
      ),
  }));
}
