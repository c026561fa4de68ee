// The pages of Jaeger's UI, as bookmarks and links of other tools name them, lead to those of ours with the
// same question. What cannot be read of a search is left out: a page is no API that would refuse it.
// https://www.jaegertracing.io/docs/latest/architecture/frontend-ui/
import {
  all,
  any,
  attributeText,
  durationText,
  filter,
  stringText,
} from '#query/trace/span-condition.ts';
import { type HttpRequest, type HttpResponse, probe, type Route } from '#server/route.ts';
import { inParam, readInteger, readTags } from './search-params.ts';
import { parseDuration } from './values.ts';

/** `uiPort` is where the web UI answers. They need no credentials, as they tell nothing. */
export function jaegerPages(uiPort: () => string): Route[] {
  const page = (path: string, target: (request: HttpRequest) => string): Route =>
    probe(path, (request) => redirect(request, uiPort(), target(request)));
  return [
    page('/', () => '/explore?mode=traces'),
    page('/search', ({ query }) => `/explore?${exploreParams(query)}`),
    page('/trace/:id', tracePath),
    page('/dependencies', () => '/services'),
  ];
}

/** To the same host, by the same protocol, on another port. */
function redirect({ headers }: HttpRequest, port: string, path: string): HttpResponse {
  const host = headers[':authority'] ?? headers.host ?? '';
  const url = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined;
  const location = url ? `//${url.hostname}:${port}${path}` : path;
  return { status: 302, headers: { location } };
}

/** `ID`, or `ID...ID` for two traces side by side. */
function tracePath({ params, query }: HttpRequest): string {
  const [id = '', other] = (params.id ?? '').split('...').map(encodeURIComponent);
  if (other) return `/compare/${id}/${other}`;
  const span = query.get('uiFind') ?? '';
  return /^[\da-f]{16}$/i.test(span) ? `/trace/${id}?span=${span}` : `/trace/${id}`;
}

function exploreParams(query: URLSearchParams): URLSearchParams {
  const params = new URLSearchParams({ mode: 'traces', q: traceqlOf(query) });
  for (const [name, value] of Object.entries(rangeOf(query))) params.set(name, value);
  return params;
}

function rangeOf(query: URLSearchParams): { readonly from?: string; readonly to?: string } {
  const start = readable(() => readInteger(query, 'start'));
  const end = readable(() => readInteger(query, 'end'));
  if (start !== undefined && end !== undefined) {
    return { from: String(start / 1000n), to: String(end / 1000n) };
  }
  const lookback = query.get('lookback') ?? '';
  return /^\d+[mhdw]$/.test(lookback) ? { from: `now-${lookback}`, to: 'now' } : {};
}

function traceqlOf(query: URLSearchParams): string {
  const service = query.get('service') ?? '';
  const operation = query.get('operation') ?? '';
  const tags = readable(() => readTags(query)) ?? new Map<string, string>();
  return filter(
    all([
      service === ''
        ? undefined
        : `${attributeText('resource', 'service.name')} = ${stringText(service)}`,
      operation === '' || operation === 'all' ? undefined : `name = ${stringText(operation)}`,
      ...[...tags].map(([name, value]) => tagCondition(name, value)),
      durationCondition(query, 'minDuration', '>='),
      durationCondition(query, 'maxDuration', '<='),
    ]),
  );
}

function tagCondition(name: string, value: string): string {
  if (name === 'error' && value === 'true') return 'status = error';
  if (name === 'span.kind' && /^(client|server|producer|consumer|internal)$/.test(value)) {
    return `kind = ${value}`;
  }
  const attribute = attributeText('none', name);
  const isTyped = /^(true|false|-?\d{1,15}(\.\d{1,15})?)$/.test(value);
  const asText = `${attribute} = ${stringText(value)}`;
  return any(isTyped ? [asText, `${attribute} = ${value}`] : [asText]);
}

function durationCondition(
  query: URLSearchParams,
  name: string,
  operator: string,
): string | undefined {
  const text = query.get(name) ?? '';
  const nano = text === '' ? undefined : readable(() => parseDuration(text, inParam(name)));
  return nano ? `duration ${operator} ${durationText(Number(nano))}` : undefined;
}

function readable<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
