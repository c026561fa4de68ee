// One eval of a script, asked over HTTP; an instant one in more ways, which must all agree: at other
// times with fixed selectors, and as the middle of a range query. It counts once.
// https://github.com/prometheus/prometheus/blob/main/promql/promqltest/test.go (execInstantEval)
import { messageOf } from '#lib/errors.ts';
import { request } from '../http.ts';
import type { CaseResult } from '../suite.ts';
import type { Answer } from './answer.ts';
import { compareAnnotations, compareResult, expectedScalar, expectsFailure } from './compare.ts';
import { fixTime, otherTimes } from './fixed-time.ts';
import { type JsonAnswer, toAnswer } from './http-answer.ts';
import { moveBack, moveQuery } from './move.ts';
import type { Eval } from './script.ts';

export interface EvalTarget {
  readonly base: string;
  readonly tenant: string;
  /** At how many other times a query of fixed times is asked: each is a whole query more. */
  readonly variants: 'all' | 'few';
  /** How much later than in the script everything is. */
  readonly shiftMs: number;
}

type Outcome = Omit<CaseResult, 'id'>;

interface Given {
  readonly status: number;
  readonly json: JsonAnswer;
  readonly pushed: boolean | undefined;
  readonly shiftMs: number;
}

const answerOf = ({ json, shiftMs }: Given): Answer => moveBack(toAnswer(json), shiftMs);

export async function runEval(command: Eval, target: EvalTarget): Promise<Outcome> {
  if (moveQuery(command.query, target.shiftMs) === undefined) {
    return { failure: undefined, skipped: 'it tells the time, and the target takes no old data' };
  }
  const given = await ask(command, target);
  const { pushed } = given;
  const shown = pushed === undefined ? {} : { pushed };
  const failure = compareGiven(command, given);
  if (isNotPushable(given)) return { failure, notPushable: true, ...shown };
  if (failure !== undefined) return { failure, ...shown };
  if (!command.isInstant || expectsFailure(command)) return { failure, ...shown };
  const variant = (await checkFixedTimes(command, target)) ?? (await checkRange(command, target));
  return { failure: variant, ...shown };
}

async function ask(command: Eval, { base, tenant, shiftMs }: EvalTarget): Promise<Given> {
  const { isInstant, startMs, endMs, stepMs } = command;
  const query = moveQuery(command.query, shiftMs) ?? command.query;
  const seconds = (ms: number): string => ((ms + shiftMs) / 1000).toFixed(3);
  const times: [string, string][] = isInstant
    ? [['time', seconds(startMs)]]
    : [
        ['start', seconds(startMs)],
        ['end', seconds(endMs)],
        ['step', (stepMs / 1000).toFixed(3)],
      ];
  const { status, headers, body } = await request(base, {
    method: 'POST',
    path: isInstant ? '/api/v1/query' : '/api/v1/query_range',
    params: [['query', query], ...times],
    form: true,
    headers: { 'x-scope-orgid': tenant, 'x-sightline-explain': '1' },
  });
  const pushed = headers['x-sightline-pushed'];
  return {
    status,
    json: JSON.parse(body.toString()) as JsonAnswer,
    pushed: pushed === undefined ? undefined : pushed === 'all',
    shiftMs,
  };
}

const isNotPushable = ({ status, json }: Given): boolean =>
  status >= 400 && (json.error ?? '').includes('query.push_down');

function compareGiven(command: Eval, given: Given): string | undefined {
  const { status, json } = given;
  if (status !== 200) {
    const text = `${status} ${json.errorType}: ${json.error}`;
    if (status >= 500) return text;
    return expectsFailure(command) ? undefined : `failed: ${text}`;
  }
  if (expectsFailure(command)) return 'did not fail';
  let answer: Answer;
  try {
    answer = answerOf(given);
    return compareAnnotations(command, answer) ?? compareResult(command, answer);
  } catch (error) {
    return `cannot compare: ${messageOf(error)}`;
  }
}

async function checkFixedTimes(command: Eval, target: EvalTarget): Promise<string | undefined> {
  const query = fixTime(command.query, command.startMs);
  if (query === undefined) return undefined;
  const times = otherTimes(command.startMs);
  const asked = target.variants === 'all' ? times : times.slice(-1);
  const checks = asked.map(async (timeMs) => {
    const variant = { ...command, query, startMs: timeMs, endMs: timeMs, expectations: [] };
    const given = await ask(variant, target);
    const failure = isNotPushable(given) ? undefined : compareGiven(variant, given);
    return failure === undefined ? undefined : `as ${query} at ${timeMs} ms: ${failure}`;
  });
  return (await Promise.all(checks)).find((failure) => failure !== undefined);
}

async function checkRange(command: Eval, target: EvalTarget): Promise<string | undefined> {
  const { matrix, text, startMs, query } = command;
  const dependsOnQuery = /\b(?:start|end|step|range)\s*\(\s*\)/.test(query);
  if (matrix || text !== undefined || dependsOnQuery) return undefined;
  const minuteMs = 60_000;
  const range = { startMs: startMs - minuteMs, endMs: startMs + minuteMs, stepMs: minuteMs };
  const given = await ask({ ...command, ...range, isInstant: false }, target);
  if (isNotPushable(given)) return undefined;
  if (given.status !== 200) return `as a range: ${given.status} ${given.json.error}`;
  const middle = middleOf(answerOf(given), startMs);
  const scalar = expectedScalar(command);
  const instant = { ...command, isOrdered: false, expectations: [] };
  const answer: Answer =
    scalar === undefined
      ? { ...middle, type: 'vector' }
      : { ...middle, type: 'scalar', series: [], scalar: middle.series[0]?.points[0] as number };
  const failure = compareResult(instant, answer);
  return failure === undefined ? undefined : `as the middle of a range: ${failure}`;
}

/** What a range query answered for one of its steps. */
function middleOf(answer: Answer, timeMs: number): Answer {
  const series = answer.series.flatMap(({ labels, times, points }) => {
    const at = times.indexOf(timeMs);
    const point = points[at];
    return point === undefined ? [] : [{ labels, times: [timeMs], points: [point] }];
  });
  return { ...answer, series };
}
