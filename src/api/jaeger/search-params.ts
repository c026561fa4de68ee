// The parameters of a search in Jaeger's JSON API: times in microseconds, durations as Go writes
// them, tags as `tag=name:value` and as a JSON object in `tags`.
import { parseDurationMs } from '#lib/duration.ts';
import type { FindRequest } from '#query/trace/find.ts';
import type { HttpRequest } from '#server/route.ts';
import { tracesMax } from './api.ts';
import { refused } from './error-response.ts';
import { parseBoolean, parseDuration, parseInteger, parseStringMap } from './values.ts';

export const inParam =
  (name: string) =>
  (problem: string): string =>
    `unable to parse param '${name}': ${problem}`;

const limitDefault = 100;
const lookbackDefaultMs = 2 * 86_400_000;
const nanoPerMicro = 1000n;

/** Undefined where it is not given. */
export function readInteger(query: URLSearchParams, name: string): bigint | undefined {
  const text = query.get(name) ?? '';
  return text === '' ? undefined : parseInteger(text, inParam(name));
}

export function readBoolean(query: URLSearchParams, name: string): boolean {
  const text = query.get(name) ?? '';
  return text !== '' && parseBoolean(text, inParam(name));
}

/** `start` and `end` of a trace that is asked for by its id: hints, which only have to be numbers. */
export function checkTimes(query: URLSearchParams): void {
  readInteger(query, 'start');
  readInteger(query, 'end');
}

/** Traces by what their spans are; the service is required. */
export function readSearch({ query, tenant }: HttpRequest, nowNano: bigint): FindRequest {
  const serviceName = query.get('service') ?? '';
  if (serviceName === '') throw refused("parameter 'service' is required");
  const tags = readTags(query);
  const range = readRange(query, nowNano);
  const limit = readLimit(query);
  const durationMinNano = readDuration(query, 'minDuration');
  const durationMaxNano = readDuration(query, 'maxDuration');
  if (durationMinNano && durationMaxNano && durationMaxNano < durationMinNano) {
    throw refused("'maxDuration' should be greater than 'minDuration'");
  }
  const operationName = query.get('operation') ?? '';
  return {
    tenant,
    ...range,
    serviceName,
    operationName,
    tags,
    durationMinNano,
    durationMaxNano,
    limit,
  };
}

/** Both ends count. */
function readRange(query: URLSearchParams, nowNano: bigint): { fromNano: bigint; toNano: bigint } {
  const end = readInteger(query, 'end');
  const start = readInteger(query, 'start');
  const endNano = end === undefined ? nowNano : end * nanoPerMicro;
  const lookbackNano = BigInt(readLookbackMs(query)) * 1_000_000n;
  const fromNano = start === undefined ? nowNano - lookbackNano : start * nanoPerMicro;
  if (fromNano > endNano) throw refused('invalid parameter: start time must be before end time');
  return { fromNano: inInt64(fromNano), toNano: inInt64(endNano + 1n) };
}

/** What the engine can hold as a time. */
const inInt64 = (nano: bigint): bigint => {
  const max = 2n ** 63n - 1n;
  if (nano > max) return max;
  return nano < -max ? -max : nano;
};

/** The UI also sends words here, which mean that `start` says it. */
function readLookbackMs(query: URLSearchParams): number {
  const text = query.get('lookback') ?? '';
  try {
    return text === '' ? lookbackDefaultMs : parseDurationMs(text);
  } catch {
    return lookbackDefaultMs;
  }
}

function readLimit(query: URLSearchParams): number {
  const text = query.get('limit') ?? '';
  if (text === '') return limitDefault;
  const limit = Number(parseInteger(text, inParam('limit'), 32));
  return checkLimit(limit, 'limit');
}

export function checkLimit(limit: number, name: string): number {
  if (limit <= 0) throw refused(`invalid parameter: ${name} must be greater than 0`);
  if (limit > tracesMax) {
    throw refused(`invalid parameter: ${name} must not be greater than ${tracesMax}`);
  }
  return limit;
}

/** Nanoseconds; 0 means: any. */
function readDuration(query: URLSearchParams, name: string): bigint | undefined {
  const text = query.get(name) ?? '';
  return text === '' ? undefined : parseDuration(text, inParam(name)) || undefined;
}

export function readTags(query: URLSearchParams): Map<string, string> {
  const tags = new Map<string, string>();
  for (const tag of query.getAll('tag')) {
    const at = tag.indexOf(':');
    if (at < 0) {
      throw refused(`malformed 'tag' parameter, expecting key:value, received: ${tag}`);
    }
    tags.set(tag.slice(0, at), tag.slice(at + 1));
  }
  for (const text of query.getAll('tags')) {
    if (text === '') continue;
    const explain = (problem: string) =>
      `malformed 'tags' parameter, cannot unmarshal JSON: ${problem}`;
    for (const [name, value] of parseStringMap(text, explain)) tags.set(name, value);
  }
  return checkTags(tags);
}

const tagsMax = 100;

export function checkTags(tags: Map<string, string>): Map<string, string> {
  if (tags.size > tagsMax) throw refused(`invalid parameter: more than ${tagsMax} tags`);
  return tags;
}
