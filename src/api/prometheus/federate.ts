// GET /federate: the last sample of each series that matches, in the text format. Native histograms
// have no place in it and are left out, as Prometheus leaves them out.
// https://prometheus.io/docs/prometheus/latest/federation/
import type { Clock } from '#lib/clock.ts';
import { InputError, OperationError } from '#lib/errors.ts';
import { parseAnySelector } from '#query/promql/catalog.ts';
import type { PromqlEngine } from '#query/promql/engine.ts';
import { printNumber } from '#query/promql/syntax/number.ts';
import { labelOf, METRIC_NAME } from '#query/vector/label.ts';
import { isStaleMarker } from '#query/vector/stale.ts';
import type { Labels, RawSeries } from '#query/vector/value.ts';
import { type HttpRequest, type HttpResponse, type Route, textResponse } from '#server/route.ts';
import { messageOf } from './error-response.ts';
import type { PrometheusViews } from './views.ts';

export interface FederationDeps {
  readonly engine: PromqlEngine;
  readonly views: PrometheusViews;
  readonly clock: Clock;
  readonly lookbackMs: number;
}

export function federate(deps: FederationDeps): Route {
  return {
    methods: ['GET'],
    path: '/federate',
    handle: async (request) => {
      try {
        return await answer(request, deps);
      } catch (error) {
        return refusalOf(error);
      }
    },
  };
}

function refusalOf(error: unknown): HttpResponse {
  if (error instanceof InputError) return textResponse(`${messageOf(error)}\n`, 400);
  if (!(error instanceof OperationError)) throw error;
  return textResponse(`${error.message}\n`, error.retryable ? 503 : 500);
}

async function answer(request: HttpRequest, deps: FederationDeps): Promise<HttpResponse> {
  const { engine, views, clock, lookbackMs } = deps;
  const { tenant, signal } = request;
  const selectors = request.query.getAll('match[]').map(parseAnySelector);
  const escapes = !/escaping=allow-utf-8/.test(request.headers.accept ?? '');
  const toMs = clock.nowMs();
  const times = { fromMs: toMs - lookbackMs - 1, toMs };
  const series = await engine.select({ tenant, signal, selectors, ...times });
  const nameOf = escapes ? escapeName : (name: string) => name;
  const lines = printFamilies(series, externalLabels(views), nameOf);
  const escaping = escapes ? 'underscores' : 'allow-utf-8';
  return {
    status: 200,
    headers: { 'content-type': `text/plain; version=0.0.4; charset=utf-8; escaping=${escaping}` },
    body: pieces(lines),
  };
}

/** Pieces of about this many characters. */
const pieceLength = 1 << 16;

/** Lines put together, so that nothing has to hold all of them. */
async function* pieces(lines: Iterable<string>): AsyncGenerator<string> {
  let piece = '';
  for (const line of lines) {
    piece += line;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

/** An instance that is empty keeps the scraping server from adding its own. */
const externalLabels = ({ config }: PrometheusViews): Labels => ({
  instance: '',
  ...config?.externalLabels(),
});

/** Ordered by name, the series of a name by their labels. */
function* printFamilies(
  series: readonly RawSeries[],
  external: Labels,
  nameOf: (name: string) => string,
): Generator<string> {
  const named = series
    .map((one) => ({ one, name: labelOf(one.labels, METRIC_NAME) }))
    .filter(({ name }) => name !== '')
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  let last: string | undefined;
  for (const { one, name } of named) {
    const at = one.times.length - 1;
    if (at < 0 || one.histograms?.[at] || isStaleMarker(one.values, at)) continue;
    const shown = nameOf(name);
    if (name !== last) yield `# TYPE ${isLegacy(shown) ? shown : quoted(shown)} untyped\n`;
    last = name;
    const value = printNumber(one.values[at] as number);
    yield `${printSeries(shown, withExternal(one.labels, external), nameOf)} ${value} ${one.times[at]}\n`;
  }
}

/** Its own labels first, then the external ones that it has not. */
const withExternal = (own: Labels, external: Labels): readonly (readonly [string, string])[] => [
  ...Object.entries(own).filter(([label]) => label !== METRIC_NAME),
  ...Object.entries(external)
    .filter(([label]) => !Object.hasOwn(own, label))
    .sort(([a], [b]) => (a < b ? -1 : 1)),
];

function printSeries(
  name: string,
  labels: readonly (readonly [string, string])[],
  nameOf: (name: string) => string,
): string {
  const pairs = labels.map(([label, value]) => {
    const shown = nameOf(label);
    return `${isLegacyLabel(shown) ? shown : quoted(shown)}=${quoted(value)}`;
  });
  // A name that no old name could be goes into the braces.
  if (isLegacy(name)) return `${name}{${pairs.join(',')}}`;
  return `{${[quoted(name), ...pairs].join(',')}}`;
}

const isLegacy = (name: string): boolean => /^[A-Za-z_:][A-Za-z0-9_:]*$/.test(name);
const isLegacyLabel = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);

const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}"`;

/** What an old name cannot hold becomes an underscore. */
const escapeName = (name: string): string =>
  [...name]
    .map((char, i) => (/[A-Za-z_:]/.test(char) || (i > 0 && /\d/.test(char)) ? char : '_'))
    .join('');
