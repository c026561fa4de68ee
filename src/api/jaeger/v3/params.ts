// The parameters of a search in /api/v3. Names are those of the protobuf messages in camelCase; the
// snake_case of before 2026, which Grafana still sends, is read too. A POST has them as JSON.
// https://github.com/jaegertracing/jaeger-idl/blob/main/proto/api_v3/query_service.proto
import type { FindRequest } from '#query/trace/find.ts';
import type { HttpRequest } from '#server/route.ts';
import { readJsonText } from '../body.ts';
import { refused } from '../error-response.ts';
import { checkLimit, checkTags } from '../search-params.ts';
import {
  parseBoolean,
  parseDuration,
  parseInteger,
  parseStringMap,
  parseTimestamp,
} from '../values.ts';

const limitDefault = 100;

export interface V3Search {
  readonly find: FindRequest;
  readonly isRaw: boolean;
}

const malformed =
  (name: string) =>
  (problem: string): string =>
    `malformed parameter ${name}: ${problem}`;

interface Given {
  readonly text: string;
  /** As it was spelled. */
  readonly name: string;
}

/** The first of the spellings that has a value. */
function read(query: URLSearchParams, ...names: readonly string[]): Given | undefined {
  for (const spelling of names.flatMap((name) => [name, snakeOf(name)])) {
    const text = query.get(spelling) ?? '';
    if (text !== '') return { text, name: spelling };
  }
  return undefined;
}

const snakeOf = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export const readText = (query: URLSearchParams, name: string): string =>
  read(query, name)?.text ?? '';

export function readTime(query: URLSearchParams, name: string): bigint | undefined {
  const given = read(query, name);
  return given && parseTimestamp(given.text, malformed(given.name));
}

export function readFlag(query: URLSearchParams, name: string): boolean {
  const given = read(query, name);
  return given !== undefined && parseBoolean(given.text, malformed(given.name));
}

/** A range that has to be given, and whose start lies before its end. */
export function requireRange(
  query: URLSearchParams,
  from: string,
  to: string,
): { fromNano: bigint; toNano: bigint } {
  const fromNano = readTime(query, from);
  const toNano = readTime(query, to);
  if (fromNano === undefined || toNano === undefined) {
    throw refused(`${from} and ${to} are required`);
  }
  if (fromNano >= toNano) throw refused(`${from} must be before ${to}`);
  return { fromNano, toNano };
}

export async function readV3Search(request: HttpRequest): Promise<V3Search> {
  const query = request.method === 'POST' ? await fromBody(request) : request.query;
  if (read(query, 'query.filter')) {
    throw refused('the structured query filter is not supported; use query.attributes');
  }
  const attributes = read(query, 'query.attributes');
  const tags = attributes && parseStringMap(attributes.text, malformed(attributes.name));
  const range = requireRange(query, 'query.startTimeMin', 'query.startTimeMax');
  const depth = read(query, 'query.searchDepth', 'query.numTraces');
  return {
    find: {
      tenant: request.tenant,
      ...range,
      serviceName: readText(query, 'query.serviceName'),
      operationName: readText(query, 'query.operationName'),
      tags: checkTags(tags ?? new Map()),
      limit: depth ? readDepth(depth) : limitDefault,
      durationMinNano: readDuration(query, 'query.durationMin'),
      durationMaxNano: readDuration(query, 'query.durationMax'),
    },
    isRaw: readFlag(query, 'query.rawTraces'),
  };
}

const readDepth = ({ text, name }: Given): number =>
  checkLimit(Number(parseInteger(text, malformed(name), 32)), name);

/** Nanoseconds; 0 means: any. */
function readDuration(query: URLSearchParams, name: string): bigint | undefined {
  const given = read(query, name);
  return given && (parseDuration(given.text, malformed(given.name)) || undefined);
}

/** `{"query": {…}}` as the parameters of a GET. */
async function fromBody(request: HttpRequest): Promise<URLSearchParams> {
  const text = await readJsonText(request);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw refused(`malformed body: ${cause.message}`);
  }
  const fields = isObject(body) ? (body['query'] ?? {}) : undefined;
  if (!isObject(fields)) throw refused('malformed body: expected {"query": {…}}');
  const present = Object.entries(fields).filter(([, value]) => value !== null);
  return new URLSearchParams(
    present.map(([name, value]): [string, string] => [
      `query.${name}`,
      isObject(value) ? JSON.stringify(value) : String(value),
    ]),
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
