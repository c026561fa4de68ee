// One eval of a LogQL script, asked over HTTP. Labels that Loki finds by itself at ingest
// (service_name, detected_level) are no part of the scripts: they are taken out of the answer, or out
// of the query where they split a series.
import { RE2JS } from 're2js';
import { messageOf } from '#lib/errors.ts';
import { parseFloatText, parseItems } from '#query/promql/notation/series.ts';
import { labelsKey, sortedLabels } from '#query/vector/value.ts';
import { request } from '../http.ts';
import type { Answer, AnswerSeries } from '../promqltest/answer.ts';
import { isClose } from '../promqltest/close.ts';
import { compareSeries, type PointTimes, show, type WantedSeries } from '../promqltest/compare.ts';
import { type JsonAnswer, toAnswer } from '../promqltest/http-answer.ts';
import type { CaseResult } from '../suite.ts';
import { type LogEval, parsePairs } from './script.ts';

export interface LogTarget {
  readonly base: string;
  readonly tenant: string;
}

type Outcome = Omit<CaseResult, 'id'>;

interface Given {
  readonly status: number;
  readonly text: string;
  readonly answer?: Answer;
  readonly pushed?: boolean;
}

const found = ['service_name', 'detected_level'] as const;

export async function runLogEval(command: LogEval, target: LogTarget): Promise<Outcome> {
  const given = await ask(command, target);
  const notPushable = given.text.includes('query.push_down') ? { notPushable: true } : {};
  const pushed = given.pushed === undefined ? {} : { pushed: given.pushed };
  const failure = compareGiven(command, given);
  if (failure === undefined || given.status >= 400) return { failure, ...notPushable, ...pushed };
  const plain = await ask({ ...command, query: withoutFound(command.query) }, target);
  const isSame = compareGiven(command, plain) === undefined;
  return { failure: isSame ? undefined : failure, ...pushed };
}

/** Drops the labels behind each selector; braces elsewhere are inside of quotes. */
function withoutFound(query: string): string {
  return query.replace(/"(?:[^"\\]|\\.)*"|`[^`]*`|\}/g, (piece) =>
    piece === '}' ? `} | drop ${found.join(', ')}` : piece,
  );
}

async function ask(command: LogEval, target: LogTarget): Promise<Given> {
  const { isInstant, startNano, endNano, stepNano } = command;
  if (isInstant) return askOnce(command, target, [['time', secondsText(startNano)]]);
  // Loki moves ranges to multiples of the step; the points of others are asked for one by one.
  if (startNano % stepNano !== 0n) return askSteps(command, target);
  return askOnce(command, target, [
    ['start', secondsText(startNano)],
    ['end', secondsText(endNano)],
    ['step', `${Number(stepNano) / 1e9}`],
  ]);
}

/** With a fraction, as a short whole number means seconds and a long one nanoseconds. */
function secondsText(nanos: bigint): string {
  const digits = String(nanos).padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

async function askOnce(
  { query, isInstant }: LogEval,
  { base, tenant }: LogTarget,
  times: readonly (readonly [string, string])[],
): Promise<Given> {
  const { status, headers, body } = await request(base, {
    path: isInstant ? '/loki/api/v1/query' : '/loki/api/v1/query_range',
    params: [['query', query], ...times],
    headers: { 'x-scope-orgid': tenant, 'x-sightline-explain': '1' },
  });
  const text = body.toString();
  if (status !== 200) return { status, text };
  const pushed = headers['x-sightline-pushed'];
  const answer = toAnswer(JSON.parse(text) as JsonAnswer);
  return { status, text, answer, ...(pushed === undefined ? {} : { pushed: pushed === 'all' }) };
}

async function askSteps(command: LogEval, target: LogTarget): Promise<Given> {
  const { startNano, endNano, stepNano } = command;
  const series = new Map<
    string,
    { labels: AnswerSeries['labels']; times: number[]; points: number[] }
  >();
  for (let at = startNano; at <= endNano; at += stepNano) {
    const given = await askOnce({ ...command, isInstant: true }, target, [
      ['time', secondsText(at)],
    ]);
    if (!given.answer) return given;
    const { answer } = given;
    const vector =
      answer.scalar === undefined
        ? answer.series
        : [{ labels: {}, times: [0], points: [answer.scalar] }];
    for (const { labels, points } of vector) {
      const key = labelsKey(labels);
      const one = series.get(key) ?? { labels, times: [], points: [] };
      series.set(key, one);
      one.times.push(Number(at / 1_000_000n));
      one.points.push(points[0] as number);
    }
  }
  const answer: Answer = { type: 'matrix', series: [...series.values()], warnings: [], infos: [] };
  return { status: 200, text: '', answer };
}

function compareGiven(command: LogEval, { status, text, answer }: Given): string | undefined {
  const { expected } = command;
  const wantsFailure = expected.some((line) => line.startsWith('expect fail'));
  if (!answer) {
    const isWanted = wantsFailure && status < 600 && hasWantedWords(expected, text);
    return isWanted ? undefined : `failed: ${status} ${text.trim().slice(0, 200)}`;
  }
  if (wantsFailure) return 'did not fail';
  try {
    return compareAnswer(command, answer);
  } catch (error) {
    return `cannot compare: ${messageOf(error)}`;
  }
}

/** `expect fail msg: some words of it`, `expect fail regex: what it matches`. */
function hasWantedWords(expected: readonly string[], text: string): boolean {
  const [, kind, wanted = ''] =
    expected.map((line) => /^expect fail\s+(msg|regex):\s*(.*)$/.exec(line)).find((one) => one) ??
    [];
  return kind === 'regex' ? RE2JS.compile(wanted).matcher(text).find() : text.includes(wanted);
}

function compareAnswer(command: LogEval, answer: Answer): string | undefined {
  const { isInstant, startNano, endNano, stepNano } = command;
  const lines = command.expected.filter((line) => !line.startsWith('expect'));
  const [only = ''] = lines;
  if (lines.length === 1 && !only.startsWith('{') && isInstant) {
    const want = parseFloatText(only);
    const isSame = answer.scalar !== undefined && isClose(answer.scalar, want);
    return isSame ? undefined : `expected ${only}, got ${show(answer)}`;
  }
  const times: PointTimes = isInstant
    ? { startMs: Number(startNano / 1_000_000n), stepMs: 1, count: 1 }
    : {
        startMs: Number(startNano / 1_000_000n),
        stepMs: Number(stepNano / 1_000_000n),
        count: Number((endNano - startNano) / stepNano) + 1,
      };
  const wanted = lines.map(parseWanted);
  const named = new Set(wanted.flatMap(({ labels }) => Object.keys(labels)));
  const hidden = found.filter((name) => !named.has(name));
  const isOrdered = command.expected.includes('expect ordered');
  return compareSeries(wanted, inside(withoutLabels(answer, hidden), times), times, isOrdered);
}

function parseWanted(line: string): WantedSeries {
  const [, braces = '', values = line] =
    /^(\{(?:"(?:[^"\\]|\\.)*"|[^"}])*\})\s*(.*)$/.exec(line) ?? [];
  return {
    labels: sortedLabels(Object.entries(parsePairs(braces.slice(1, -1)))),
    items: parseItems(values),
  };
}

/** Points outside the range, which Loki's moving of it can add, do not count. */
function inside(answer: Answer, { startMs, stepMs, count }: PointTimes): Answer {
  const endMs = startMs + (count - 1) * stepMs;
  const series = answer.series
    .map(({ labels, times, points }) => {
      const kept = [...times.keys()].filter(
        (i) => (times[i] as number) >= startMs && (times[i] as number) <= endMs,
      );
      return {
        labels,
        times: kept.map((i) => times[i] as number),
        points: kept.map((i) => points[i] as number),
      };
    })
    .filter(({ points }) => points.length > 0);
  return { ...answer, series };
}

function withoutLabels(answer: Answer, names: readonly string[]): Answer {
  const series = answer.series.map((one) => ({
    ...one,
    labels: Object.fromEntries(
      Object.entries(one.labels).filter(([name]) => !names.includes(name)),
    ),
  }));
  return { ...answer, series };
}
