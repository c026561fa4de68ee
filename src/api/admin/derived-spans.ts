// GET /api/traces/of-series?query=SELECTOR&time=S&window=D: the TraceQL and the range of the spans behind
// a point of a metric made of traces, and where the UI shows them, relative to its base. `query` is a
// selector of PromQL, `window` how far back the point looks (its rate's range, or the step; 1m if it is
// not given).
import type { Clock } from '#lib/clock.ts';
import { parseDurationMs } from '#lib/duration.ts';
import { InputError } from '#lib/errors.ts';
import { allMatchers } from '#query/promql/check/matcher.ts';
import { type Matcher, unwrapParens } from '#query/promql/syntax/ast.ts';
import { parse } from '#query/promql/syntax/parse.ts';
import {
  type DerivedDimensions,
  type DerivedSeries,
  spansBehind,
} from '#query/trace/derived-series.ts';
import { METRIC_NAME } from '#query/vector/label.ts';
import { jsonResponse, type Route, route } from '#server/route.ts';

const defaultWindowMs = 60_000;

export interface DerivedSpansDeps {
  readonly dimensions: DerivedDimensions;
  readonly clock: Clock;
}

export function derivedSpansRoute({ dimensions, clock }: DerivedSpansDeps): Route {
  return route(['GET'], '/api/traces/of-series', ({ query }) => {
    const selector = readSelector(query);
    const timeMs = readTime(query) ?? clock.nowMs();
    const windowMs = readWindow(query) ?? defaultWindowMs;
    const { traceql, fromMs, toMs } = spansBehind({ ...selector, timeMs, windowMs }, dimensions);
    const start = fromMs / 1000;
    const end = toMs / 1000;
    const shown = new URLSearchParams({
      mode: 'traces',
      q: traceql,
      from: `${fromMs}`,
      to: `${toMs}`,
    });
    return jsonResponse({ traceql, start, end, url: `explore?${shown}` });
  });
}

function readSelector(query: URLSearchParams): Pick<DerivedSeries, 'name' | 'matchers'> {
  const text = query.get('query')?.trim() ?? '';
  const selector = text === '' ? undefined : unwrapParens(parse(text));
  if (selector?.kind !== 'vector-selector') {
    throw refused(
      'query',
      text,
      'Give a selector, such as traces_spanmetrics_calls_total{service="a"}.',
    );
  }
  const matchers = allMatchers(selector);
  const isName = ({ label, operator }: Matcher): boolean =>
    label === METRIC_NAME && operator === '=';
  const name = matchers.find(isName)?.value;
  if (name === undefined) throw refused('query', text, 'Name the metric.');
  return { name, matchers: matchers.filter(({ label }) => label !== METRIC_NAME) };
}

function readTime(query: URLSearchParams): number | undefined {
  const text = query.get('time') ?? '';
  if (text === '') return undefined;
  const timeMs = Math.round(Number(text) * 1000);
  if (/^\d{1,11}(?:\.\d+)?$/.test(text)) return timeMs;
  throw refused('time', text, 'Give seconds since 1970.');
}

function readWindow(query: URLSearchParams): number | undefined {
  const text = query.get('window') ?? '';
  return text === '' ? undefined : parseDurationMs(text);
}

const refused = (name: string, text: string, hint: string): InputError =>
  new InputError('trace_analysis_request', `cannot read '${name}': ${text.slice(0, 40)}`, { hint });
