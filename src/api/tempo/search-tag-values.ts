// GET /api/search/tag/TAG/values and /api/v2/search/tag/TAG/values: values, for completion. Grafana
// puts the tag into the path unescaped, so that it may hold slashes.
import type { Message } from '#codec/tempo/message.ts';
import { searchTagValuesResponse, searchTagValuesV2Response } from '#codec/tempo/tempopb.ts';
import { InputError } from '#lib/errors.ts';
import type { Value } from '#query/traceql/eval/value.ts';
import { type HttpRequest, type HttpResponse, jsonResponse, type Route } from '#server/route.ts';
import { acceptedFormat, messageResponse } from './accept.ts';
import { tempoRoute } from './error-response.ts';
import { formatGoDuration } from './go-duration.ts';
import { fieldOfTag } from './legacy-tags.ts';
import { llmType, type TagValue, valuesByType } from './llm-json.ts';
import { type Question, refused } from './params.ts';
import type { SearchDeps } from './search.ts';
import { metadataMetrics, readTagRequest } from './search-tags.ts';

/** `TAG/values` behind the prefix; only this way in ends in a value list. */
function readTag({ params }: HttpRequest): string {
  const tag = /^(.+)\/values$/s.exec(params['*'] ?? '')?.[1];
  if (tag === undefined) throw refused('please provide a tag and /values in the path');
  return tag;
}

/** A router of Go's, as Tempo's, cleans a path of its dots before it looks further. */
const withoutDots: HttpResponse = { status: 301, headers: { location: 'values' } };

export const searchTagValues = (deps: SearchDeps): Route =>
  tempoRoute(['GET'], '/api/search/tag/*', async (request) => {
    const tag = readTag(request);
    if (tag === '.') return withoutDots;
    const message = await askTagValues(deps, request, tag);
    return messageResponse(request, searchTagValuesResponse, message);
  });

export const searchTagValuesV2 = (deps: SearchDeps): Route =>
  tempoRoute(['GET'], '/api/v2/search/tag/*', async (request) => {
    const tag = readTag(request);
    if (tag === '.') return withoutDots;
    const tagValues = await readValuesV2(deps, request, tag);
    if (acceptedFormat(request, ['json', 'protobuf', 'llm']) === 'llm') {
      return jsonResponse(valuesByType(tagValues), 200, { 'content-type': llmType });
    }
    const message = { tagValues, metrics: metadataMetrics };
    return messageResponse(request, searchTagValuesV2Response, message);
  });

/** A SearchTagValuesResponse. */
export async function askTagValues(
  deps: SearchDeps,
  question: Question,
  tag: string,
): Promise<Message> {
  const request = { ...readTagRequest(deps, question), tag: fieldOfTag(tag) };
  const values = await deps.engine.tagValues(request, question.signal);
  const tagValues = [...new Set(values.map(oldTextOf))].sort();
  return { tagValues, metrics: metadataMetrics };
}

/** A SearchTagValuesV2Response. */
export async function askTagValuesV2(
  deps: SearchDeps,
  question: Question,
  tag: string,
): Promise<Message> {
  return { tagValues: await readValuesV2(deps, question, tag), metrics: metadataMetrics };
}

async function readValuesV2(
  deps: SearchDeps,
  question: Question,
  tag: string,
): Promise<TagValue[]> {
  const values = await readValues(deps, question, tag);
  return values.map((value) => {
    const text = textOf(value);
    return { type: typeOf(value), ...(text === '' ? {} : { value: text }) };
  });
}

async function readValues(deps: SearchDeps, question: Question, tag: string): Promise<Value[]> {
  try {
    return await deps.engine.tagValues({ ...readTagRequest(deps, question), tag }, question.signal);
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
