// Values as the JSON of Prometheus: samples are [seconds, "number"]. Long answers are made in pieces,
// so that nothing has to hold them whole.
// https://prometheus.io/docs/prometheus/latest/querying/api/#expression-query-result-formats
import type { InstantResult, RangeResult, VectorSample } from '#query/promql/engine.ts';
import type { QueryStats } from '#query/promql/stats.ts';
import { printNumber } from '#query/promql/syntax/number.ts';
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { type GridSeries, gridTime, type Labels, type RawSeries } from '#query/vector/value.ts';
import { type HttpResponse, jsonResponse } from '#server/route.ts';
import { jsonPieces } from '../json-pieces.ts';
import { encodeHistogram } from './encode-histogram.ts';

interface Notes {
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
  /** Shown inside of `data`. */
  readonly stats?: QueryStats;
}

const jsonHeaders = { 'content-type': 'application/json' };

/** Prometheus's answer where there is nothing to tell. */
export const noContent: HttpResponse = { status: 204 };

export function success(data: unknown, notes: Notes = {}): HttpResponse {
  return jsonResponse({ status: 'success', data, ...notesOf(notes) });
}

/** Label sets, of which there may be a million. */
export function successSeries(series: readonly Labels[], notes: Notes = {}): HttpResponse {
  const parts = function* (): Generator<string> {
    for (const labels of series) yield printLabels(labels);
  };
  const tail = `]${restOf(notes)}}`;
  const body = jsonPieces('{"status":"success","data":[', parts(), tail);
  return { status: 200, headers: jsonHeaders, body };
}

/** The notes behind other members of an object. */
function restOf(notes: Notes): string {
  const rest = JSON.stringify(notesOf(notes)).slice(1, -1);
  return rest === '' ? '' : `,${rest}`;
}

function notesOf({ warnings = [], infos = [] }: Notes): Pick<Notes, 'warnings' | 'infos'> {
  return {
    ...(warnings.length > 0 ? { warnings: firstOf(warnings, 'warning') } : {}),
    ...(infos.length > 0 ? { infos: firstOf(infos, 'info') } : {}),
  };
}

/** Of each kind; Prometheus shows no more either. */
const notesMax = 10;

function firstOf(notes: readonly string[], kind: string): readonly string[] {
  if (notes.length <= notesMax) return notes;
  const omitted = `${notes.length - notesMax} more ${kind} annotations omitted`;
  return [...notes.slice(0, notesMax), omitted];
}

type Encoded<Result> = Omit<Result, 'pushed'>;

export function encodeInstant(
  result: Encoded<InstantResult>,
  limit: number | undefined,
): HttpResponse {
  const { value, timeMs } = result;
  const at = printSeconds(timeMs);
  switch (value.kind) {
    case 'scalar':
      return encodeParts('scalar', [`[${at},"${printNumber(value.value)}"]`], result, 'single');
    case 'string':
      return encodeParts('string', [`[${at},${JSON.stringify(value.value)}]`], result, 'single');
    case 'vector': {
      const samples = encodeSamples(limited(value.samples, limit), at);
      return encodeParts('vector', samples, truncation(result, value.samples, limit));
    }
    case 'matrix': {
      const series = encodeWindows(limited(value.series, limit));
      return encodeParts('matrix', series, truncation(result, value.series, limit));
    }
  }
}

function* encodeSamples(samples: readonly VectorSample[], at: string): Generator<string> {
  for (const { labels, value, histogram } of samples) {
    const point = histogram
      ? `"histogram":[${at},${encodeHistogram(histogram)}]`
      : `"value":[${at},"${printNumber(value)}"]`;
    yield `{"metric":${printLabels(labels)},${point}}`;
  }
}

function* encodeWindows(series: readonly RawSeries[]): Generator<string> {
  for (const { labels, times, values, histograms } of series) {
    const points = new Points();
    times.forEach((time, i) => {
      points.add(printSeconds(time), values[i] as number, histograms?.[i]);
    });
    yield `{"metric":${printLabels(labels)}${points.print()}}`;
  }
}

export function encodeRange(result: Encoded<RangeResult>, limit: number | undefined): HttpResponse {
  const { grid, series } = result;
  const times = Array.from({ length: grid.count }, (_, step) => printSeconds(gridTime(grid, step)));
  const parts = function* (): Generator<string> {
    for (const one of limited(series, limit)) yield encodeSeries(one, times);
  };
  return encodeParts('matrix', parts(), truncation(result, series, limit));
}

function encodeSeries(series: GridSeries, times: readonly string[]): string {
  const { labels, values, present, histograms } = series;
  const points = new Points();
  for (let step = 0; step < times.length; step++) {
    if (!present[step]) continue;
    points.add(times[step] as string, values[step] as number, histograms?.[step]);
  }
  return `{"metric":${printLabels(labels)}${points.print()}}`;
}

/** The points of a series: numbers and histograms stand in lists of their own. */
class Points {
  #values = '';
  #histograms = '';

  add(at: string, value: number, histogram: Histogram | undefined): void {
    if (histogram) this.#histograms += `,[${at},${encodeHistogram(histogram)}]`;
    else this.#values += `,[${at},"${printNumber(value)}"]`;
  }

  /** With a comma in front; empty lists are left out. */
  print(): string {
    const values = this.#values === '' ? '' : `,"values":[${this.#values.slice(1)}]`;
    if (this.#histograms === '') return values;
    return `${values},"histograms":[${this.#histograms.slice(1)}]`;
  }
}

const limited = <T>(items: readonly T[], limit: number | undefined): readonly T[] =>
  limit === undefined ? items : items.slice(0, limit);

export const truncationWarning = 'results truncated due to limit';

function truncation(notes: Notes, items: readonly unknown[], limit: number | undefined): Notes {
  if (limit === undefined || items.length <= limit) return notes;
  return { ...notes, warnings: [...(notes.warnings ?? []), truncationWarning] };
}

function encodeParts(
  resultType: string,
  parts: Iterable<string>,
  notes: Notes,
  shape: 'list' | 'single' = 'list',
): HttpResponse {
  const [open, close] = shape === 'list' ? ['[', ']'] : ['', ''];
  const head = `{"status":"success","data":{"resultType":"${resultType}","result":${open}`;
  const stats = notes.stats ? `,"stats":${JSON.stringify(notes.stats)}` : '';
  const tail = `${close}${stats}}${restOf(notes)}}\n`;
  return { status: 200, headers: jsonHeaders, body: jsonPieces(head, parts, tail) };
}

/** Label sets that the engine remembers come again and again. */
const printed = new WeakMap<Labels, string>();

function printLabels(labels: Labels): string {
  const known = printed.get(labels);
  if (known !== undefined) return known;
  const parts: string[] = [];
  for (const name in labels) parts.push(`${quote(name)}:${quote(labels[name] as string)}`);
  const text = `{${parts.join(',')}}`;
  printed.set(labels, text);
  return text;
}

/** No quotes, backslashes, control characters and halves of surrogates. */
const plain = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

const quote = (text: string): string => (plain.test(text) ? `"${text}"` : JSON.stringify(text));

/** Seconds with three digits after the point, or none. */
export function printSeconds(timeMs: number): string {
  const sign = timeMs < 0 ? '-' : '';
  const ms = Math.abs(timeMs);
  const fraction = ms % 1000;
  const seconds = sign + Math.floor(ms / 1000);
  return fraction === 0 ? seconds : `${seconds}.${String(fraction).padStart(3, '0')}`;
}
