// Values as the JSON of Prometheus: samples are [seconds, "number"]. Long answers are made in pieces,
// so that nothing has to hold them whole.
// https://prometheus.io/docs/prometheus/latest/querying/api/#expression-query-result-formats
import type { InstantResult, RangeResult } from '#query/promql/engine.ts';
import { printNumber } from '#query/promql/syntax/number.ts';
import { type GridSeries, gridTime, type Labels } from '#query/vector/value.ts';
import { type HttpResponse, jsonResponse } from '#server/route.ts';
import { jsonPieces } from '../json-pieces.ts';

interface Notes {
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

const jsonHeaders = { 'content-type': 'application/json' };

export function success(data: unknown, notes: Notes = {}): HttpResponse {
  return jsonResponse({ status: 'success', data, ...notesOf(notes) });
}

function notesOf({ warnings = [], infos = [] }: Notes): Notes {
  return { ...(warnings.length > 0 ? { warnings } : {}), ...(infos.length > 0 ? { infos } : {}) };
}

export function encodeInstant(result: InstantResult, limit: number | undefined): HttpResponse {
  const { value, timeMs } = result;
  const at = printSeconds(timeMs);
  switch (value.kind) {
    case 'scalar':
      return encodeParts('scalar', [`[${at},"${printNumber(value.value)}"]`], result, 'single');
    case 'string':
      return encodeParts('string', [`[${at},${JSON.stringify(value.value)}]`], result, 'single');
    case 'vector': {
      const samples = limited(value.samples, limit).map(
        (sample) =>
          `{"metric":${printLabels(sample.labels)},"value":[${at},"${printNumber(sample.value)}"]}`,
      );
      return encodeParts('vector', samples, truncation(result, value.samples, limit));
    }
    case 'matrix': {
      const series = limited(value.series, limit).map(({ labels, times, values }) => {
        const points = Array.from(times, (time, i) => printPoint(time, values[i] as number));
        return `{"metric":${printLabels(labels)},"values":[${points.join(',')}]}`;
      });
      return encodeParts('matrix', series, truncation(result, value.series, limit));
    }
  }
}

export function encodeRange(result: RangeResult, limit: number | undefined): HttpResponse {
  const { grid, series } = result;
  const times = Array.from({ length: grid.count }, (_, step) => printSeconds(gridTime(grid, step)));
  const parts = function* (): Generator<string> {
    for (const one of limited(series, limit)) yield encodeSeries(one, times);
  };
  return encodeParts('matrix', parts(), truncation(result, series, limit));
}

function encodeSeries({ labels, values, present }: GridSeries, times: readonly string[]): string {
  let text = `{"metric":${printLabels(labels)},"values":[`;
  let separator = '';
  for (let step = 0; step < times.length; step++) {
    if (!present[step]) continue;
    text += `${separator}[${times[step]},"${printNumber(values[step] as number)}"]`;
    separator = ',';
  }
  return `${text}]}`;
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
  const rest = JSON.stringify(notesOf(notes)).slice(1, -1);
  const tail = `${close}}${rest === '' ? '' : `,${rest}`}}\n`;
  return { status: 200, headers: jsonHeaders, body: jsonPieces(head, parts, tail) };
}

const printPoint = (timeMs: number, value: number): string =>
  `[${printSeconds(timeMs)},"${printNumber(value)}"]`;

const printLabels = (labels: Labels): string => JSON.stringify(labels);

/** Seconds with three digits after the point, or none. */
export function printSeconds(timeMs: number): string {
  const sign = timeMs < 0 ? '-' : '';
  const ms = Math.abs(timeMs);
  const fraction = ms % 1000;
  const seconds = sign + Math.floor(ms / 1000);
  return fraction === 0 ? seconds : `${seconds}.${String(fraction).padStart(3, '0')}`;
}
