// An answer compared with what the script expects. Undefined means equal; else what differs.
import type { Item } from '#query/promql/notation/series.ts';
import { parseFloatText, parseSeriesLine } from '#query/promql/notation/series.ts';
import { parse } from '#query/promql/syntax/parse.ts';
import { compareLabels } from '#query/vector/label.ts';
import { type Labels, labelsKey } from '#query/vector/value.ts';
import type { Answer, AnswerSeries, Point } from './answer.ts';
import { isClose } from './close.ts';
import { compareHistogram } from './compare-histogram.ts';
import type { Eval, Expectation } from './script.ts';

/** The wording of errors is free: only that the query is refused counts. */
export const expectsFailure = ({ expectations }: Eval): boolean =>
  expectations.some(({ kind }) => kind === 'fail');

function matches({ message, regex }: Expectation, text: string): boolean {
  if (message !== undefined) return text === message;
  return regex === undefined || new RegExp(regex).test(text);
}

export function compareAnnotations(
  { expectations }: Eval,
  { warnings, infos }: Answer,
): string | undefined {
  for (const level of ['warn', 'info'] as const) {
    const given = level === 'warn' ? warnings : infos;
    const wanted = expectations.filter(({ kind }) => kind === level);
    if (expectations.some(({ kind }) => kind === `no_${level}`) && given.length > 0) {
      return `unexpected ${level}: ${given[0]}`;
    }
    for (const one of wanted) {
      if (given.some((text) => matches(one, text))) continue;
      const got = given.join('; ') || 'none';
      return `missing ${level}: ${one.message ?? one.regex ?? 'any'}, got ${got}`;
    }
    if (wanted.length === 0) continue;
    const extra = given.find((text) => !wanted.some((one) => matches(one, text)));
    if (extra !== undefined) return `unexpected ${level}: ${extra}`;
  }
  return undefined;
}

/** Times at which points are expected. */
export interface PointTimes {
  readonly startMs: number;
  readonly stepMs: number;
  readonly count: number;
}

export function timesOf({ isInstant, matrix, startMs, endMs, stepMs }: Eval): PointTimes {
  const range = matrix ?? (isInstant ? undefined : { startMs, endMs, stepMs });
  if (!range) return { startMs, stepMs: 1, count: 1 };
  const count = Math.floor((range.endMs - range.startMs) / range.stepMs) + 1;
  return { startMs: range.startMs, stepMs: range.stepMs, count };
}

export function compareResult(command: Eval, answer: Answer): string | undefined {
  const { results, text } = command;
  if (text !== undefined) return compareText(text, answer.text);
  const scalar = expectedScalar(command);
  if (scalar !== undefined) return compareScalar(command, scalar, answer);
  const wanted = results.map(parseSeriesLine);
  const type = command.isInstant && !command.matrix ? 'vector' : 'matrix';
  if (answer.type !== type) return `type ${answer.type} for ${type}: ${show(answer)}`;
  const wrong = compareSeries(wanted, answer, timesOf(command), command.isOrdered);
  return wrong ?? (command.isInstant ? undefined : unsorted(answer.series));
}

/** The number, when the block is only one. */
export function expectedScalar({ results }: Eval): number | undefined {
  const [only = ''] = results;
  return results.length === 1 && /^[+-]?(?:[\d.]\S*|inf|nan)$/i.test(only)
    ? parseFloatText(only)
    : undefined;
}

function compareScalar(command: Eval, want: number, answer: Answer): string | undefined {
  const points = command.isInstant ? [answer.scalar] : (answer.series[0]?.points ?? [undefined]);
  const isSame = points.every((one) => typeof one === 'number' && isClose(one, want));
  return isSame ? undefined : `expected ${want}, got ${show(answer)}`;
}

function compareText(literal: string, given: string | undefined): string | undefined {
  const expected = parse(literal);
  const isSame = expected.kind === 'string' && expected.value === given;
  return isSame ? undefined : `expected ${literal}, got ${JSON.stringify(given)}`;
}

export interface WantedSeries {
  readonly labels: Labels;
  readonly items: readonly Item[];
}

export function compareSeries(
  wanted: readonly WantedSeries[],
  answer: Answer,
  times: PointTimes,
  isOrdered: boolean,
): string | undefined {
  if (wanted.length !== answer.series.length) {
    return `expected ${wanted.length} series, got ${answer.series.length}: ${show(answer)}`;
  }
  const given = new Map(
    answer.series.map((series, i) => [labelsKey(series.labels), { series, i }]),
  );
  for (const [i, { labels, items }] of wanted.entries()) {
    const found = given.get(labelsKey(labels));
    if (!found) return `missing ${JSON.stringify(labels)}: ${show(answer)}`;
    if (isOrdered && found.i !== i) return `wrong order at ${JSON.stringify(labels)}`;
    const wrong = comparePoints(items, found.series, times);
    if (wrong) return `${JSON.stringify(labels)}: ${wrong}`;
  }
  return undefined;
}

function comparePoints(
  items: readonly Item[],
  { times, points }: AnswerSeries,
  { startMs, stepMs, count }: PointTimes,
): string | undefined {
  const pointAt = new Map(times.map((time, i) => [time, points[i] as Point]));
  let found = 0;
  for (let step = 0; step < Math.max(items.length, count); step++) {
    const item = items[step] ?? { kind: 'gap' };
    const point = pointAt.get(startMs + step * stepMs);
    if (point !== undefined) found++;
    const wrong = comparePoint(item, point);
    if (wrong) return `step ${step}: ${wrong}`;
  }
  return found === points.length ? undefined : `${points.length - found} points at other times`;
}

export function comparePoint(item: Item, point: Point | undefined): string | undefined {
  if (item.kind === 'gap')
    return point === undefined ? undefined : `unexpected ${showPoint(point)}`;
  if (point === undefined) return `no ${item.kind}`;
  if (item.kind === 'histogram') {
    if (typeof point === 'number') return `${point} for a histogram`;
    return compareHistogram(item.histogram, point, item.namesHint);
  }
  const want = item.kind === 'value' ? item.value : Number.NaN;
  const isSame = typeof point === 'number' && isClose(point, want);
  return isSame ? undefined : `${showPoint(point)} for ${want}`;
}

function unsorted(series: readonly AnswerSeries[]): string | undefined {
  const at = series.findIndex(
    ({ labels }, i) => i > 0 && compareLabels((series[i - 1] as AnswerSeries).labels, labels) > 0,
  );
  return at < 0 ? undefined : `not sorted at ${JSON.stringify(series[at]?.labels)}`;
}

const showPoint = (point: Point): string =>
  typeof point === 'number' ? String(point) : `histogram of ${point.count}, sum ${point.sum}`;

export function show({ series, scalar, text }: Answer): string {
  if (scalar !== undefined) return String(scalar);
  if (text !== undefined) return JSON.stringify(text);
  return series
    .map(({ labels, points }) => `${JSON.stringify(labels)} ${points.map(showPoint).join(' ')}`)
    .join('; ')
    .slice(0, 300);
}
