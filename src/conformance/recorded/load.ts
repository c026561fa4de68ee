// Datasets of recorded suites, sent as their programs were fed: remote write in windows of five
// minutes, Loki's push in file order, OTLP trace by trace.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OperationError } from '#lib/errors.ts';
import { parseFloatText } from '#query/promql/notation/number.ts';
import type { Item } from '#query/promql/notation/series.ts';
import type { Buckets, Histogram } from '#query/vector/histogram/histogram.ts';
import { setLabels } from '#query/vector/label.ts';
import { type Asked, inParallel, request } from '../http.ts';
import type { LoadedSample } from '../promqltest/load.ts';
import { encodeWrite, type WrittenSeries, writeRequest } from '../remote-write.ts';
import type { Target } from '../target.ts';
import type { Language } from './case.ts';

/** Times of the metrics are milliseconds after 2026-11-01T00:00:00Z. */
const epochMs = Date.UTC(2026, 10, 1);
const windowMs = 300_000;
const entriesAtOnce = 500;
const tracesAtOnce = 4;

export interface LoadOptions {
  readonly folder: string;
  readonly target: Target;
  readonly tenant: string;
}

const loaders: Readonly<Record<Language, (options: LoadOptions) => Promise<void>>> = {
  promql: loadMetrics,
  logql: loadLogs,
  traceql: loadTraces,
};

/** Throws OperationError when the target refuses the data. */
export const loadDataset = (language: Language, options: LoadOptions): Promise<void> =>
  loaders[language](options);

function readRows<Row>(folder: string): Row[] {
  const text = readFileSync(join(folder, 'dataset.ndjson'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Row);
}

async function send(base: string, asked: Asked): Promise<void> {
  const { status, body } = await request(base, asked);
  if (status < 300) return;
  const answer = `${status} ${body.toString().slice(0, 200)}`;
  throw new OperationError('conformance_target', `${base}${asked.path} refused data: ${answer}`, {
    retryable: false,
  });
}

const jsonHeaders = (tenant: string): Record<string, string> => ({
  'content-type': 'application/json',
  'x-scope-orgid': tenant,
});

interface LogRow {
  readonly labels: Record<string, string>;
  readonly ts: string;
  readonly line: string;
  readonly metadata?: Record<string, string>;
}

async function loadLogs({ folder, target, tenant }: LoadOptions): Promise<void> {
  const rows = readRows<LogRow>(folder);
  for (let i = 0; i < rows.length; i += entriesAtOnce) {
    const streams = rows.slice(i, i + entriesAtOnce).map(({ labels, ts, line, metadata }) => ({
      stream: labels,
      values: [metadata ? [ts, line, metadata] : [ts, line]],
    }));
    await send(target.loki, {
      method: 'POST',
      path: '/loki/api/v1/push',
      headers: jsonHeaders(tenant),
      body: JSON.stringify({ streams }),
    });
  }
  const otlp = join(folder, 'dataset-otlp-logs.json');
  if (!existsSync(otlp)) return;
  // Only the questions of its own topic need it: those fail when the target does not take it.
  await request(target.loki, {
    method: 'POST',
    path: '/otlp/v1/logs',
    headers: jsonHeaders(tenant),
    body: readFileSync(otlp),
  });
}

async function loadTraces({ folder, target, tenant }: LoadOptions): Promise<void> {
  await inParallel(readRows<object>(folder), tracesAtOnce, (row) =>
    send(target.otlp, {
      method: 'POST',
      path: '/v1/traces',
      headers: jsonHeaders(tenant),
      body: JSON.stringify(row),
    }),
  );
}

interface JsonHistogram {
  readonly schema: number;
  readonly zero_threshold: number;
  readonly zero_count: number;
  readonly count: number;
  readonly sum: number;
  readonly pos?: readonly (readonly [number, number])[];
  readonly neg?: readonly (readonly [number, number])[];
  readonly gauge?: boolean;
  readonly custom?: readonly number[];
}

interface MetricRow {
  readonly kind: 'times' | 'series' | 'histograms' | 'exemplars';
  readonly id?: string;
  readonly t?: readonly number[];
  readonly labels?: Record<string, string>;
  readonly times?: string;
  readonly v?: readonly (number | string | null)[];
  readonly h?: readonly (JsonHistogram | null)[];
  readonly e?: readonly { t: number; v: number; labels: Record<string, string> }[];
}

async function loadMetrics({ folder, target, tenant }: LoadOptions): Promise<void> {
  const series = readMetrics(folder);
  const lastMs = Math.max(...series.flatMap(({ samples }) => samples.map(({ timeMs }) => timeMs)));
  for (let from = epochMs; from <= lastMs; from += windowMs) {
    const isInside = ({ timeMs }: { timeMs: number }): boolean =>
      timeMs >= from && timeMs < from + windowMs;
    const window = series
      .map(({ labels, samples, exemplars = [] }) => ({
        labels,
        samples: samples.filter(isInside),
        exemplars: exemplars.filter(isInside),
      }))
      .filter(({ samples, exemplars }) => samples.length + exemplars.length > 0);
    if (window.length === 0) continue;
    await send(target.prometheus, await writeRequest(encodeWrite(window), tenant));
  }
}

/** The series of a dataset of metrics. */
export const readMetrics = (folder: string): WrittenSeries[] =>
  metricSeries(readRows<MetricRow>(folder));

function metricSeries(rows: readonly MetricRow[]): WrittenSeries[] {
  const times = new Map(rows.map((row) => [row.id ?? '', row.t ?? []]));
  const exemplars = new Map(
    rows
      .filter(({ kind }) => kind === 'exemplars')
      .map(({ labels = {}, e = [] }) => [
        JSON.stringify(labels),
        e.map(({ t, v, labels: own }) => ({ timeMs: epochMs + t, value: v, labels: own })),
      ]),
  );
  const made: WrittenSeries[] = [];
  for (const { kind, labels = {}, times: id = '', v = [], h = [] } of rows) {
    if (kind !== 'series' && kind !== 'histograms') continue;
    const items = kind === 'series' ? v.map(toItem) : h.map(toHistogramItem);
    const samples = items.flatMap((item, i): LoadedSample[] => {
      const timeMs = epochMs + (times.get(id)?.[i] ?? 0);
      return item ? [{ timeMs, item }] : [];
    });
    const own = exemplars.get(JSON.stringify(labels));
    made.push({
      labels: setLabels({}, Object.entries(labels)),
      samples,
      ...(own ? { exemplars: own } : {}),
    });
  }
  return made;
}

type SampleItem = Exclude<Item, { kind: 'gap' }>;

function toItem(value: number | string | null): SampleItem | undefined {
  if (value === null) return undefined;
  if (value === 'stale') return { kind: 'stale' };
  return { kind: 'value', value: parseFloatText(String(value)) };
}

function toHistogramItem(json: JsonHistogram | null): SampleItem | undefined {
  if (!json) return undefined;
  const histogram: Histogram = {
    schema: json.schema,
    count: json.count,
    sum: json.sum,
    zeroThreshold: json.zero_threshold,
    zeroCount: json.zero_count,
    positive: toBuckets(json.pos),
    negative: toBuckets(json.neg),
    customBounds: Float64Array.from(json.custom ?? []),
    counterReset: json.gauge ? 'gauge' : 'unknown',
  };
  return { kind: 'histogram', histogram, namesHint: false };
}

const toBuckets = (entries: readonly (readonly [number, number])[] = []): Buckets => ({
  indexes: Int32Array.from(entries, ([index]) => index),
  counts: Float64Array.from(entries, ([, count]) => count),
});
