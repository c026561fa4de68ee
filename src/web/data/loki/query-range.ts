// GET /loki/api/v1/query_range → log lines or series.
// Spec: https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-logs-within-a-range-of-time

import { readLogFields } from '#model/log-fields.ts';
import { type LogLevel, type LogRow, levelOf, toLevel } from '../../frame/log-row.ts';
import type { Labels, SeriesFrame } from '../../frame/series.ts';
import type { ResolvedRange } from '../../frame/time-range.ts';
import { toFrame } from '../prometheus/query-range.ts';
import { requestJson } from '../request.ts';

interface Categorized {
  readonly structuredMetadata?: Labels;
  readonly parsed?: Labels;
}
export interface StreamResult {
  readonly stream: Labels;
  readonly values: readonly (readonly [string, string, Categorized?])[];
}
interface MatrixResult {
  readonly metric: Labels;
  readonly values: readonly (readonly [number, string])[];
}
interface Answer {
  readonly data:
    | { readonly resultType: 'streams'; readonly result: readonly StreamResult[] | null }
    | { readonly resultType: 'matrix'; readonly result: readonly MatrixResult[] | null };
}

export interface LinesQuery {
  readonly query: string;
  readonly fromNano: bigint;
  /** Exclusive. */
  readonly toNano: bigint;
  readonly limit: number;
}

export type LogAnswer =
  | { readonly kind: 'lines'; readonly rows: readonly LogRow[] }
  | { readonly kind: 'series'; readonly series: readonly SeriesFrame[] };

export const toNano = (timeMs: number): bigint => BigInt(Math.round(timeMs)) * 1_000_000n;

/** Newest first. */
export async function queryLogs(lines: LinesQuery, signal: AbortSignal): Promise<LogAnswer> {
  const { data } = await requestJson<Answer>(
    'loki/api/v1/query_range',
    {
      query: lines.query,
      start: String(lines.fromNano),
      end: String(lines.toNano),
      limit: lines.limit,
      direction: 'backward',
    },
    { signal, headers: { 'X-Loki-Response-Encoding-Flags': 'categorize-labels' } },
  );
  if (data.resultType === 'matrix') {
    return { kind: 'series', series: (data.result ?? []).map(toFrame) };
  }
  return { kind: 'lines', rows: toRows(data.result ?? []) };
}

export interface LogSeriesQuery {
  readonly query: string;
  readonly range: ResolvedRange;
  readonly stepMs: number;
}

export async function queryLogSeries(
  { query, range, stepMs }: LogSeriesQuery,
  signal: AbortSignal,
): Promise<readonly SeriesFrame[]> {
  const { data } = await requestJson<Answer>(
    'loki/api/v1/query_range',
    {
      query,
      start: String(toNano(range.fromMs)),
      end: String(toNano(range.toMs)),
      step: `${stepMs}ms`,
    },
    { signal },
  );
  return data.resultType === 'matrix' ? (data.result ?? []).map(toFrame) : [];
}

export function toRows(streams: readonly StreamResult[]): LogRow[] {
  const rows = streams.flatMap(({ stream, values }) => {
    const streamKey = JSON.stringify(stream);
    const occurrences = new Map<string, number>();
    return values.map(([time, line, { structuredMetadata = {}, parsed = {} } = {}]): LogRow => {
      const key = `${time} ${streamKey} ${line}`;
      const count = occurrences.get(key) ?? 0;
      occurrences.set(key, count + 1);
      const known: LogLevel = levelOf(structuredMetadata, parsed, stream);
      return {
        id: `${key} ${count}`,
        timeNano: BigInt(time),
        line,
        stream,
        metadata: structuredMetadata,
        parsed,
        level: known === 'unknown' ? toLevel(readLogFields(line).level) : known,
      };
    });
  });
  return rows.sort((a, b) =>
    a.timeNano === b.timeNano ? (a.id < b.id ? -1 : 1) : a.timeNano > b.timeNano ? -1 : 1,
  );
}
