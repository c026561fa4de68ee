// The search of before TraceQL: `tags=service.name=shop http.method="GET"`, minDuration, maxDuration.
// It becomes a TraceQL query. Every tag has to be on some span of the trace, not on the same one.
import { durationPattern, parseDurationNano } from '#query/traceql/syntax/literal.ts';
import { refused } from './params.ts';

/** Tags that mean a field of the span or trace. */
const intrinsicTags: Record<string, string> = {
  'status.code': 'status',
  name: 'name',
  'root.name': 'rootName',
  'root.service.name': 'rootServiceName',
};

/** The TraceQL field that an old tag means, for value lists. */
export function fieldOfTag(tag: string): string {
  if (tag === 'rootName' || tag === 'rootServiceName') return tag;
  const scope = columnTags.get(tag);
  return intrinsicOf(tag) ?? (scope ? `${scope}.${tag}` : `.${quoted(tag)}`);
}

/** For Tempo these have one scope: blocks have had columns for them. */
const columnTags = new Map([
  ...['http.method', 'http.status_code', 'http.url'].map((tag) => [tag, 'span'] as const),
  ...['service.name', 'cluster', 'namespace', 'pod', 'container'].map(toResource),
  ...['namespace', 'cluster', 'pod', 'container'].map((tag) => toResource(`k8s.${tag}.name`)),
]);

function toResource(tag: string): readonly [string, string] {
  return [tag, 'resource'];
}

const intrinsicOf = (tag: string): string | undefined =>
  Object.hasOwn(intrinsicTags, tag) ? intrinsicTags[tag] : undefined;

const quoted = (name: string): string => `"${name.replace(/[\\"]/g, '\\$&')}"`;

/** An attribute counts on the span and on the resource, also where the span has another value. */
function toFilter([tag, value]: readonly [string, string]): string {
  const text = JSON.stringify(value);
  const intrinsic = intrinsicOf(tag);
  if (intrinsic === undefined) {
    return `{ span.${quoted(tag)} = ${text} || resource.${quoted(tag)} = ${text} }`;
  }
  const isKeyword = intrinsic === 'status' && /^(ok|error|unset)$/.test(value);
  return `{ ${intrinsic} = ${isKeyword ? value : text} }`;
}

/** The query; undefined when the request has none of the old parameters. */
export function toTraceql(query: URLSearchParams): string | undefined {
  const filters = parseTags(query.get('tags') ?? '').map(toFilter);
  const min = readDuration(query, 'minDuration');
  const max = readDuration(query, 'maxDuration');
  if (min !== undefined && max !== undefined && max <= min) {
    throw refused('invalid maxDuration: must be greater than minDuration');
  }
  if (min !== undefined) filters.push(`{ traceDuration >= ${min}ns }`);
  if (max !== undefined) filters.push(`{ traceDuration <= ${max}ns }`);
  return filters.length === 0 ? undefined : filters.join(' && ');
}

function readDuration(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  durationPattern.lastIndex = 0;
  if (durationPattern.exec(text)?.[0] === text) return parseDurationNano(text);
  const problem = /^\d+$/.test(text) ? 'missing unit in duration' : 'invalid duration';
  throw refused(`invalid ${name}: time: ${problem} ${JSON.stringify(text)}`);
}

/** Tags as parseTags reads them. */
export const logfmtOf = (tags: Iterable<readonly [name: string, value: string]>): string =>
  [...tags].map(([name, value]) => `${name}="${value.replace(/[\\"]/g, '\\$&')}"`).join(' ');

/** logfmt: key=value or key="value with \" in it", with blanks between. */
function parseTags(text: string): [string, string][] {
  const tags = new Map<string, string>();
  const pair = /\s*([^\s=]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))(?=\s|$)/suy;
  while (text.slice(pair.lastIndex).trim() !== '') {
    const at = pair.lastIndex;
    const found = pair.exec(text);
    if (found === null) {
      const isOpen = /="(?:[^"\\]|\\.)*$/su.test(text.slice(at));
      const problem = isOpen
        ? `unterminated quoted value at pos ${text.length + 1}`
        : `unexpected text at pos ${at + 1}`;
      throw refused(`invalid tags: ${problem}`);
    }
    const [, key = '', quoted, plain = ''] = found;
    if (tags.has(key)) throw refused(`invalid tags: tag ${key} has been set twice`);
    tags.set(key, quoted === undefined ? plain : quoted.replace(/\\(.)/gsu, '$1'));
  }
  return [...tags];
}
