// Answers in Loki's JSON. https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-logs
import type { LogqlResult } from '#query/logql/engine.ts';
import type { LogEntry } from '#query/logql/eval/read-lines.ts';
import type { QueryStats } from '#query/logql/eval/stats.ts';
import { plain } from '#query/logql/syntax/spelling.ts';
import { type GridSeries, type Labels, labelsKey, sortedLabels } from '#query/vector/value.ts';
import { jsonPieces } from '../json-pieces.ts';

export interface EncodeOptions {
  /** `X-Loki-Response-Encoding-Flags: categorize-labels`: the kinds of labels are told apart. */
  readonly categorizesLabels: boolean;
  readonly execSeconds: number;
}

/** The answer as text; a matrix series by series, because it may have millions of points. */
export function encodeBody(
  result: LogqlResult,
  options: EncodeOptions,
): string | AsyncIterable<string> {
  if (result.kind !== 'matrix') return JSON.stringify(encodeResult(result, options));
  const empty = JSON.stringify(encodeResult({ ...result, series: [] }, options));
  const at = empty.indexOf(']', empty.indexOf('"result":['));
  return jsonPieces(empty.slice(0, at), printedMatrix(result), empty.slice(at));
}

function* printedMatrix(result: LogqlResult & { kind: 'matrix' }): Generator<string> {
  for (const series of encodeMatrix(result)) yield JSON.stringify(series);
}

export function encodeResult(result: LogqlResult, options: EncodeOptions): object {
  const { categorizesLabels } = options;
  return {
    status: 'success',
    data: {
      resultType: result.kind,
      ...(categorizesLabels ? { encodingFlags: ['categorize-labels'] } : {}),
      result: encodeValue(result, categorizesLabels),
      ...(result.kind === 'streams' && result.next !== undefined ? { next: result.next } : {}),
      stats: encodeStats(result.stats, entryCount(result), options.execSeconds),
    },
  };
}

const entryCount = (result: LogqlResult): number =>
  result.kind === 'streams' ? result.entries.length : 0;

function encodeValue(result: LogqlResult, categorizesLabels: boolean): unknown {
  switch (result.kind) {
    case 'streams':
      return encodeStreams(result.entries, categorizesLabels);
    case 'scalar':
      // Loki gives the time of a scalar in milliseconds, that of anything else in seconds.
      return [Number(result.timeNano / 1_000_000n), formatValue(result.value)];
    case 'vector': {
      const series = result.isOrdered ? result.series : sortedSeries(result.series);
      return series
        .filter(({ present }) => present[0])
        .map(({ labels, values }) => ({
          metric: labels,
          value: [seconds(result.timeNano), formatValue(values[0] as number)],
        }));
    }
    case 'matrix':
      return [...encodeMatrix(result)];
  }
}

function* encodeMatrix({ grid, series }: LogqlResult & { kind: 'matrix' }): Generator<object> {
  const times = Array.from({ length: grid.count }, (_, i) =>
    seconds(grid.startNano + BigInt(i) * grid.stepNano),
  );
  for (const { labels, values, present } of sortedSeries(series)) {
    const points: [number, string][] = [];
    for (const [i, time] of times.entries()) {
      if (present[i]) points.push([time, formatValue(values[i] as number)]);
    }
    if (points.length > 0) yield { metric: labels, values: points };
  }
}

/** Seconds with milliseconds, as a JSON number. */
const seconds = (timeNano: bigint): number => Number(timeNano / 1_000_000n) / 1000;

export function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return plain(value);
}

function sortedSeries(series: readonly GridSeries[]): GridSeries[] {
  return [...series].sort((a, b) => {
    const [left, right] = [labelsKey(a.labels), labelsKey(b.labels)];
    return left < right ? -1 : left > right ? 1 : 0;
  });
}

/** Entries in the order in which they came, grouped by their labels; streams sorted by labels. */
function encodeStreams(entries: readonly LogEntry[], categorizesLabels: boolean): object[] {
  const streams = new Map<string, { stream: Labels; values: unknown[] }>();
  for (const entry of entries) {
    const stream = categorizesLabels ? entry.stream : allLabels(entry);
    const key = labelsKey(stream);
    let found = streams.get(key);
    if (!found) {
      found = { stream, values: [] };
      streams.set(key, found);
    }
    const value = [entry.timeNano.toString(), entry.line];
    found.values.push(categorizesLabels ? [...value, categories(entry)] : value);
  }
  return [...streams].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, stream]) => stream);
}

const allLabels = ({ stream, metadata, parsed }: LogEntry): Labels =>
  sortedLabels([stream, metadata, parsed].flatMap((labels) => Object.entries(labels)));

function categories({ metadata, parsed }: LogEntry): object {
  const isEmpty = (labels: Labels): boolean => Object.keys(labels).length === 0;
  return {
    ...(isEmpty(metadata) ? {} : { structuredMetadata: metadata }),
    ...(isEmpty(parsed) ? {} : { parsed }),
  };
}

function encodeStats(stats: QueryStats, entries: number, execSeconds: number): object {
  const perSecond = (amount: number): number =>
    execSeconds > 0 ? Math.round(amount / execSeconds) : 0;
  return {
    summary: {
      bytesProcessedPerSecond: perSecond(stats.bytesRead),
      linesProcessedPerSecond: perSecond(stats.linesRead),
      totalBytesProcessed: stats.bytesRead,
      totalLinesProcessed: stats.linesRead,
      execTime: execSeconds,
      queueTime: 0,
      subqueries: 0,
      totalEntriesReturned: entries,
      splits: 0,
      shards: 0,
    },
    querier: { store: { totalChunksRef: 0, totalChunksDownloaded: 0 } },
    ingester: { totalReached: 0, totalChunksMatched: 0, totalBatches: 0, totalLinesSent: 0 },
  };
}
