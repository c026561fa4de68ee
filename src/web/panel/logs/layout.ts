// Log lines and their counts → stacked bars over time, fields of a line, pages put together. Pure.

import { niceTicks } from '../../chart/scale.ts';
import type { AlignOptions } from '../../frame/align.ts';
import { type LogLevel, type LogRow, levelOf, logLevels, messageOf } from '../../frame/log-row.ts';
import type { SeriesFrame } from '../../frame/series.ts';

export interface LevelCount {
  readonly level: LogLevel;
  readonly count: number;
}

export interface HistogramBar {
  readonly fromMs: number;
  readonly toMs: number;
  readonly x: number;
  readonly width: number;
  /** From the foot of the stack, the worst level first. */
  readonly parts: readonly {
    readonly level: LogLevel;
    readonly count: number;
    readonly y: number;
    readonly height: number;
  }[];
  readonly total: number;
}

export interface HistogramScene {
  readonly bars: readonly HistogramBar[];
  readonly yTicks: readonly { readonly y: number; readonly count: number }[];
  /** Over the whole range; levels without lines are left out. */
  readonly totals: readonly LevelCount[];
}

export interface HistogramOptions {
  /** A sample at t counts what lies in (t − step, t]. */
  readonly grid: AlignOptions;
  readonly width: number;
  readonly height: number;
}

export function layoutHistogram(
  series: readonly SeriesFrame[],
  { grid, width, height }: HistogramOptions,
): HistogramScene {
  const steps = countsByStep(series, grid);
  const max = Math.max(1, ...steps.map((counts) => sum(counts.values())));
  const perMs = width / (grid.toMs - grid.fromMs);
  const bars = steps.flatMap((counts, index): HistogramBar[] => {
    if (counts.size === 0) return [];
    const fromMs = grid.fromMs + index * grid.stepMs;
    const toMs = fromMs + grid.stepMs;
    const x = (fromMs - grid.fromMs) * perMs;
    const barWidth = Math.max(1, grid.stepMs * perMs - (grid.stepMs * perMs > 4 ? 1 : 0));
    let y = height;
    const parts = logLevels.flatMap((level) => {
      const count = counts.get(level) ?? 0;
      if (count === 0) return [];
      const partHeight = (count / max) * height;
      y -= partHeight;
      return [{ level, count, y, height: partHeight }];
    });
    return [{ fromMs, toMs, x, width: barWidth, parts, total: sum(counts.values()) }];
  });
  const totals = logLevels.flatMap((level) => {
    const count = sum(steps.map((counts) => counts.get(level) ?? 0));
    return count === 0 ? [] : [{ level, count }];
  });
  const yTicks = niceTicks(0, max, 3)
    .filter((count) => count > 0 && Number.isInteger(count) && totals.length > 0)
    .map((count) => ({ count, y: height - (count / max) * height }));
  return { bars, yTicks, totals };
}

function countsByStep(
  series: readonly SeriesFrame[],
  { fromMs, toMs, stepMs }: AlignOptions,
): Map<LogLevel, number>[] {
  const count = Math.max(1, Math.round((toMs - fromMs) / stepMs));
  const steps = Array.from({ length: count }, () => new Map<LogLevel, number>());
  for (const one of series) {
    const level = levelOf(one.labels);
    for (let i = 0; i < one.times.length; i++) {
      const counts = steps[Math.round(((one.times[i] ?? 0) - fromMs) / stepMs) - 1];
      const value = one.values[i] ?? 0;
      if (counts !== undefined && value > 0) counts.set(level, (counts.get(level) ?? 0) + value);
    }
  }
  return steps;
}

const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

export interface LogField {
  readonly name: string;
  readonly value: string;
  /** Where it comes from decides how a query filters by it. */
  readonly source: 'stream' | 'metadata' | 'line';
  /** The stage that finds it in the line. */
  readonly parser?: 'json' | 'logfmt';
}

/** Stream labels, structured metadata, then the fields of a line that is JSON or logfmt; each by name. */
export function fieldsOf(row: LogRow): readonly LogField[] {
  const fields = (
    labels: Readonly<Record<string, string>>,
    source: LogField['source'],
    more: Pick<LogField, 'parser'> = {},
  ) =>
    Object.entries(labels)
      .map(([name, value]): LogField => ({ name, value, source, ...more }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  const parser = isLogfmt(row.line) ? 'logfmt' : 'json';
  const own = parser === 'logfmt' ? logfmtFields(row.line) : jsonFields(row.line);
  return [
    ...fields(row.stream, 'stream'),
    ...fields(row.metadata, 'metadata'),
    ...fields({ ...own, ...row.parsed }, 'line', { parser }),
  ];
}

const isLogfmt = (line: string): boolean =>
  /^\s*[A-Za-z_][\w.-]*=\S/.test(line) && /\s[A-Za-z_][\w.-]*=\S/.test(line);

/** As LogQL's `logfmt` stage names them; the first of a name counts. */
function logfmtFields(line: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [, key = '', quoted, bare] of line.matchAll(
    /(?<!\S)([A-Za-z_][\w.-]*)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g,
  )) {
    const name = key.replace(/[^A-Za-z0-9_]/g, '_');
    const value = quoted?.replace(/\\(["\\])/g, '$1') ?? bare ?? '';
    if (!Object.hasOwn(fields, name) && value !== '') fields[name] = value;
  }
  return fields;
}

/** As LogQL's `json` stage names them: nested names joined with `_`; no arrays. */
export function jsonFields(line: string): Record<string, string> {
  if (!line.startsWith('{')) return {};
  try {
    return flatten(JSON.parse(line) as object, '');
  } catch {
    return {};
  }
}

function flatten(object: object, prefix: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [key, value] of Object.entries(object)) {
    const name = prefix + key.replace(/[^A-Za-z0-9_]/g, '_');
    if (Array.isArray(value) || value === null) continue;
    if (typeof value === 'object') Object.assign(fields, flatten(value as object, `${name}_`));
    else fields[name] = String(value);
  }
  return fields;
}

export interface InlineField {
  readonly name: string;
  readonly value: string;
}

/** Metadata that every line has, or that the row shows elsewhere. */
const notInline =
  /^(?:detected_level|level|severity.*|flags|observed_timestamp|scope_.*|trace_?id|span_?id|service_.*|name|pid|hostname|deployment_.*|telemetry_.*|process_.*|host_.*|container_.*|k8s_.*|.*stacktrace)$/i;
const inlineMax = 8;

/** Fields that the message or the columns before it show. */
const shownElsewhere =
  /^(?:_?(?:msg|message|m|mt|body|event|fields_message|time|timestamp|ts|t|v|version|pid|logger))$|trace_?id$|span_?id$|^_?(?:trace|span|tr|sp|l|log_level|loglevel|levelname|lvl)$/i;

/**
 * What the sender logged beside the message, to be read behind it. Where the message stands for the
 * line, its other fields as well.
 */
export function inlineFields(row: LogRow, isRaw: boolean): readonly InlineField[] {
  const isMessage = !isRaw && messageOf(row) !== undefined;
  const own = isMessage
    ? Object.entries(jsonFields(row.line)).filter(([name]) => !shownElsewhere.test(name))
    : [];
  return [...own, ...Object.entries(row.metadata)]
    .filter(([name, value]) => !notInline.test(name) && value !== '')
    .slice(0, inlineMax)
    .map(([name, value]) => ({ name, value: shorten(value) }));
}

/** What a row shows: the message of a line that is JSON, or the line. */
export const textOf = (row: LogRow, isRaw: boolean): string =>
  (isRaw ? undefined : messageOf(row)) ?? row.line;

const shorten = (value: string): string => {
  const line = value.split('\n', 1)[0] ?? '';
  return line.length === value.length && line.length <= 80 ? line : `${line.slice(0, 80)}…`;
};

/** An older page behind what is there; lines that both have appear once. */
export function appendPage(rows: readonly LogRow[], older: readonly LogRow[]): readonly LogRow[] {
  const known = new Set(rows.map((row) => row.id));
  return [...rows, ...older.filter((row) => !known.has(row.id))];
}

/** The name of the sender, for the column before the line. */
export const sourceOf = (row: LogRow): string =>
  row.stream['service_name'] ?? row.stream['job'] ?? row.stream['app'] ?? '';
