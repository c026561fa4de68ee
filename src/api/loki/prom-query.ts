// GET|POST /api/prom/query: log queries as clients before Loki 1.0 ask them. Streams only, with labels
// as text and times as RFC 3339; `regexp` filters lines.
import { InputError } from '#lib/errors.ts';
import type { LogEntry } from '#query/logql/eval/read-lines.ts';
import { type Labels, labelsKey, sortedLabels } from '#query/vector/value.ts';
import { jsonResponse, type Route } from '#server/route.ts';
import type { LokiApiDeps } from './deps.ts';
import { lokiRoute } from './error-response.ts';
import { parseDirection, parseLimit } from './parameters.ts';
import { rangeRequest } from './range-request.ts';

export const promQuery = (deps: LokiApiDeps): Route =>
  lokiRoute('/api/prom/query', async (request) => {
    const form = await request.form();
    const { asked, stepNano } = rangeRequest(deps, request, form);
    const result = await deps.engine.queryRange(withRegexp(form), {
      tenant: asked.tenant,
      signal: request.signal,
      startNano: asked.fromNano,
      endNano: asked.toNano,
      stepNano,
      intervalNano: 0n,
      limit: parseLimit(form),
      direction: parseDirection(form),
    });
    if (result.kind !== 'streams') {
      throw new InputError('logql_check', 'legacy endpoints only support streams result type');
    }
    return jsonResponse({ streams: encodeStreams(result.entries), stats: {} });
  });

function withRegexp(form: URLSearchParams): string {
  const query = form.get('query') ?? '';
  const regexp = form.get('regexp');
  return regexp ? `${query} |~ ${JSON.stringify(regexp)}` : query;
}

function encodeStreams(entries: readonly LogEntry[]): object[] {
  const streams = new Map<string, { labels: string; entries: object[] }>();
  for (const { stream, metadata, parsed, timeNano, line } of entries) {
    const labels = sortedLabels([stream, metadata, parsed].flatMap((some) => Object.entries(some)));
    const key = labelsKey(labels);
    const found = streams.get(key) ?? { labels: printLabels(labels), entries: [] };
    found.entries.push({ ts: printTime(timeNano), line });
    streams.set(key, found);
  }
  return [...streams.values()];
}

const printLabels = (labels: Labels): string =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ')}}`;

const nanoPerSecond = 1_000_000_000n;

function printTime(timeNano: bigint): string {
  const rest = ((timeNano % nanoPerSecond) + nanoPerSecond) % nanoPerSecond;
  const whole = new Date(Number((timeNano - rest) / 1_000_000n)).toISOString().slice(0, 19);
  const fraction = rest === 0n ? '' : `.${rest.toString().padStart(9, '0').replace(/0+$/, '')}`;
  return `${whole}${fraction}Z`;
}
