// GET /api/spans/compare?q={…}&selection={…}&start=S&end=S&limit=N: which attributes tell the spans of `q`
// that fit `selection` from the others, the most telling first. Times in seconds since 1970; without
// them the last hour. `limit`: values per attribute.
import { InputError } from '#lib/errors.ts';
import { type AttributeDifference, rankDifferences } from '#query/trace/rank-differences.ts';
import type { TraceqlEngine } from '#query/traceql/engine.ts';
import type { Value } from '#query/traceql/eval/value.ts';
import { parse } from '#query/traceql/syntax/parse.ts';
import { type HttpRequest, jsonResponse, type Route, route } from '#server/route.ts';

const valuesDefault = 20;
const valuesMax = 1000;

export function spansCompareRoute(engine: Pick<TraceqlEngine, 'metricsInstant'>): Route {
  return route(['GET'], '/api/spans/compare', async (request) => {
    const { query, tenant, signal } = request;
    const values = readLimit(query.get('limit'));
    const spans = readable('q', query.get('q') || '{ }');
    const selection = readable('selection', required(request, 'selection'));
    const asked = {
      tenant,
      query: `${spans} | compare(${selection}, ${values})`,
      fromNano: readSeconds(query, 'start'),
      toNano: readSeconds(query, 'end'),
      exemplars: 0,
    };
    const { series } = await engine.metricsInstant(asked, signal);
    const { attributes, ...sizes } = rankDifferences(series);
    return jsonResponse({ ...sizes, attributes: attributes.map(differenceJson) });
  });
}

function required({ query }: HttpRequest, name: string): string {
  const text = query.get(name)?.trim() ?? '';
  if (text !== '') return text;
  throw refused(`the parameter '${name}' is missing`, 'Give a filter, such as { status = error }.');
}

/** Read alone, so that line and column of a mistake are those of the parameter. */
function readable(name: string, text: string): string {
  try {
    parse(text);
    return text;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw refused(`cannot read '${name}': ${error.message}`, 'Give a filter of TraceQL.', error);
  }
}

const refused = (message: string, hint: string, cause?: InputError): InputError =>
  new InputError('trace_analysis_request', message, { hint, ...(cause ? { cause } : {}) });

function readSeconds(query: URLSearchParams, name: string): bigint | undefined {
  const text = query.get(name) ?? '';
  if (text === '') return undefined;
  if (!/^\d{1,10}$/.test(text)) {
    throw refused(`cannot read '${name}': ${text.slice(0, 40)}`, 'Give seconds since 1970.');
  }
  return BigInt(text) * 1_000_000_000n;
}

function readLimit(text: string | null): number {
  if (text === null || text === '') return valuesDefault;
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= valuesMax) return count;
  throw refused(
    `cannot read 'limit': ${text.slice(0, 40)}`,
    `Give a number from 1 to ${valuesMax}.`,
  );
}

const differenceJson = ({ attribute, score, values }: AttributeDifference) => ({
  attribute,
  score,
  values: values.map(({ value, ...shares }) => ({ ...valueJson(value), ...shares })),
});

/** As text, with its type: a value may be longer than a number of JSON holds. */
function valueJson(value: Value): { readonly type: string; readonly value: string } {
  if (value.type === 'nil') return { type: 'nil', value: '' };
  if (value.type !== 'array') return { type: value.type, value: String(value.value) };
  return {
    type: 'array',
    value: `[${value.items.map((each) => valueJson(each).value).join(', ')}]`,
  };
}
