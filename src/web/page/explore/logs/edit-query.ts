// Changes to a LogQL query that a click makes: keep or leave out a value, look at one level. Text in,
// text out; what cannot be changed safely is left as it is.

import type { LogField } from '../../../panel/logs/layout.ts';

export const allLogs = '{service_name=~".+"}';

/** Where the stream selector ends, behind its `}`; -1 when the query does not begin with one. */
function selectorEnd(query: string): number {
  if (!query.trimStart().startsWith('{')) return -1;
  return (/^\s*\{(?:[^{}"`]|"(?:[^"\\]|\\.)*"|`[^`]*`)*\}/.exec(query)?.[0].length ?? 0) || -1;
}

/** True for a query of lines that filters can be added to; metric queries are not. */
export const isLineQuery = (query: string): boolean => selectorEnd(query) >= 0;

export interface FieldFilter {
  readonly name: string;
  readonly value: string;
  readonly source: LogField['source'];
  readonly parser?: LogField['parser'];
  readonly isKept: boolean;
}

export function addFieldFilter(query: string, filter: FieldFilter): string {
  const end = selectorEnd(query);
  if (end < 0) return query;
  const value = JSON.stringify(filter.value);
  if (filter.source === 'stream') {
    return addToSelector(query, end, `${filter.name}${filter.isKept ? '=' : '!='}${value}`);
  }
  const stage = `| ${filter.name}${filter.isKept ? '=' : '!='}${value}`;
  if (query.includes(stage)) return query;
  const parsed =
    filter.source === 'line' && !/\|\s*(?:json|logfmt)\b/.test(query)
      ? ` | ${filter.parser ?? 'json'}`
      : '';
  return `${query.trimEnd()}${parsed} ${stage}`;
}

function addToSelector(query: string, end: number, matcher: string): string {
  const inner = query.slice(query.indexOf('{') + 1, end - 1).trim();
  const matchers: readonly string[] =
    inner.match(/[\w.]+\s*(?:=~|!~|!=|=)\s*(?:"(?:[^"\\]|\\.)*"|`[^`]*`)/g) ?? [];
  if (matchers.includes(matcher)) return query;
  const name = /^\w+/.exec(matcher)?.[0] ?? '';
  const isEverything = (one: string): boolean => one.replace(/\s/g, '') === `${name}=~".+"`;
  const kept = matchers.filter((one) => !(isEverything(one) && !matcher.includes('!=')));
  return `{${[...kept, matcher].join(', ')}}${query.slice(end)}`;
}

/** Lines of one level; pressing the same again shows all. */
export function toggleLevel(query: string, level: string): string {
  const stage = ` | detected_level="${level}"`;
  if (query.includes(stage)) return query.replace(stage, '');
  return query.replace(/ \| detected_level="\w+"/, '').trimEnd() + stage;
}

/** The query without its line and label filters: what the stream selector alone finds. */
export function withoutFilters(query: string): string {
  const end = selectorEnd(query);
  return end < 0 ? query : query.slice(0, end).trim();
}

/** Counts per step and level, for the histogram over a query of lines. */
export const countsByLevel = (query: string, stepMs: number): string =>
  `sum by (detected_level) (count_over_time(${query} [${stepMs}ms]))`;

export interface TraceLogs {
  readonly serviceName?: string;
  readonly traceId: string;
  readonly spanId?: string;
}

export function logsOfTrace({ serviceName, traceId, spanId }: TraceLogs): string {
  const selector =
    serviceName === undefined ? allLogs : `{service_name=${JSON.stringify(serviceName)}}`;
  const span = spanId === undefined ? '' : ` | span_id="${spanId}"`;
  return `${selector} | trace_id="${traceId}"${span}`;
}
