// GET /api/search/tag/TAG/values and /api/v2/search/tag/TAG/values: values, for completion. Grafana
// puts the tag into the path unescaped, so that it may hold slashes.
import { InputError } from '#lib/errors.ts';
import type { TraceqlEngine } from '#query/traceql/engine.ts';
import type { Value } from '#query/traceql/eval/value.ts';
import { type HttpRequest, jsonResponse, type Route } from '#server/route.ts';
import { tempoRoute } from './error-response.ts';
import { formatGoDuration } from './go-duration.ts';
import { fieldOfTag } from './legacy-tags.ts';
import { refused } from './params.ts';
import { readTagRequest } from './search-tags.ts';

/** `TAG/values` behind the prefix; only this way in ends in a value list. */
function readTag({ params }: HttpRequest): string {
  const tag = /^(.+)\/values$/s.exec(params['*'] ?? '')?.[1];
  if (tag === undefined) throw refused('please provide a tag and /values in the path');
  return tag;
}

export const searchTagValues = (engine: TraceqlEngine): Route =>
  tempoRoute(['GET'], '/api/search/tag/*', async (request) => {
    const tag = fieldOfTag(readTag(request));
    const values = await engine.tagValues({ ...readTagRequest(request), tag }, request.signal);
    return jsonResponse({ tagValues: [...new Set(values.map(oldTextOf))].sort() });
  });

export const searchTagValuesV2 = (engine: TraceqlEngine): Route =>
  tempoRoute(['GET'], '/api/v2/search/tag/*', async (request) => {
    const tag = readTag(request);
    const values = await readValues(engine, request, tag);
    const tagValues = values.map((value) => {
      const text = textOf(value);
      return text === '' ? { type: typeOf(value) } : { type: typeOf(value), value: text };
    });
    return jsonResponse({ tagValues });
  });

async function readValues(
  engine: TraceqlEngine,
  request: HttpRequest,
  tag: string,
): Promise<Value[]> {
  try {
    return await engine.tagValues({ ...readTagRequest(request), tag }, request.signal);
  } catch (cause) {
    if (!(cause instanceof InputError) || cause.code !== 'traceql_parse') throw cause;
    const message = `please provide a valid tagName: failed to parse identifier ${tag}: ${cause.message}`;
    throw new InputError('tempo_parameter', message, { cause });
  }
}

const typeOf = (value: Value): string =>
  value.type === 'status' || value.type === 'kind' ? 'keyword' : value.type;

/** The first version wrote whole doubles with a point. */
function oldTextOf(value: Value): string {
  const text = textOf(value);
  return value.type === 'float' && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function textOf(value: Value): string {
  if (value.type === 'duration') return formatGoDuration(value.value);
  return 'value' in value ? String(value.value) : '';
}
