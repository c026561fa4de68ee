// Runs a script without a server: loads into memory, evaluates, compares.
import { createPromqlEngine, type InstantResult, type PromqlEngine } from '#query/promql/engine.ts';
import { MemorySource } from '#query/promql/read/memory-source.ts';
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { type Grid, type GridSeries, gridTime, type RawSeries } from '#query/vector/value.ts';
import type { Answer, AnswerSeries, Point } from './answer.ts';
import { compareAnnotations, compareResult, expectsFailure } from './compare.ts';
import { loadSeries } from './load.ts';
import { type Eval, parseScript } from './script.ts';

export interface Outcome {
  readonly line: number;
  readonly query: string;
  /** Undefined when the eval passed. */
  readonly failure: string | undefined;
}

export async function runInMemory(text: string): Promise<Outcome[]> {
  const source = new MemorySource();
  const engine = createPromqlEngine({ source, isStrict: true });
  const outcomes: Outcome[] = [];
  for (const command of parseScript(text)) {
    if (command.kind === 'clear') source.clear();
    else if (command.kind === 'load') {
      for (const { labels, samples } of loadSeries(command)) {
        for (const { timeMs, item, startMs } of samples) {
          source.append(labels, timeMs, item, startMs);
        }
      }
    } else {
      const failure = await runEval(engine, command);
      outcomes.push({ line: command.line, query: command.query, failure });
    }
  }
  return outcomes;
}

async function runEval(engine: PromqlEngine, command: Eval): Promise<string | undefined> {
  let answer: Answer;
  try {
    answer = await ask(engine, command);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (!('code' in error) || error.name === 'BugError') return `crashed: ${error.stack}`;
    if (/promql_unsupported/.test(String(error.code))) return `unsupported: ${error.message}`;
    return expectsFailure(command) ? undefined : `failed: ${error.message}`;
  }
  if (expectsFailure(command)) return 'did not fail';
  return compareAnnotations(command, answer) ?? compareResult(command, answer);
}

async function ask(engine: PromqlEngine, command: Eval): Promise<Answer> {
  const { query, startMs, endMs, stepMs } = command;
  if (command.isInstant) {
    return toAnswer(await engine.instant({ query, timeMs: startMs, tenant: '' }));
  }
  const result = await engine.range({ query, startMs, endMs, stepMs, tenant: '' });
  const { grid, series, warnings, infos } = result;
  return { type: 'matrix', series: series.map((one) => onGrid(one, grid)), warnings, infos };
}

function onGrid({ labels, values, present, histograms }: GridSeries, grid: Grid): AnswerSeries {
  const steps = [...present.keys()].filter((step) => present[step]);
  return {
    labels,
    times: steps.map((step) => gridTime(grid, step)),
    points: steps.map((step) => histograms?.[step] ?? (values[step] as number)),
  };
}

function toAnswer({ value, timeMs, warnings, infos }: InstantResult): Answer {
  const empty = { series: [], warnings, infos };
  switch (value.kind) {
    case 'string':
      return { ...empty, type: 'string', text: value.value };
    case 'scalar':
      return { ...empty, type: 'scalar', scalar: value.value };
    case 'vector':
      return {
        ...empty,
        type: 'vector',
        series: value.samples.map(({ labels, value: number, histogram }) => ({
          labels,
          times: [timeMs],
          points: [histogram ?? number],
        })),
      };
    case 'matrix':
      return { ...empty, type: 'matrix', series: value.series.map(rawSeries) };
  }
}

function rawSeries({ labels, times, values, histograms }: RawSeries): AnswerSeries {
  const pointOf = (value: number, histogram: Histogram | undefined): Point => histogram ?? value;
  return {
    labels,
    times: [...times],
    points: Array.from(values, (value, i) => pointOf(value, histograms?.[i])),
  };
}
