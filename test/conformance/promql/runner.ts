// Runs a script: loads into memory, evaluates, compares. Each eval either passes or says why not.
import { createPromqlEngine, type PromqlEngine } from '#query/promql/engine.ts';
import { type Item, parseFloatText, parseSeriesLine } from '#query/promql/notation/series.ts';
import { MemorySource } from '#query/promql/read/memory-source.ts';
import { parse } from '#query/promql/syntax/parse.ts';
import { type Grid, gridTime, type Labels, labelsKey } from '#query/vector/value.ts';
import { type Command, type Eval, parseScript } from './script.ts';

export interface Outcome {
  readonly line: number;
  readonly query: string;
  /** Undefined when the eval passed. */
  readonly failure: string | undefined;
}

export async function runScript(text: string): Promise<Outcome[]> {
  const source = new MemorySource();
  const engine = createPromqlEngine({ source, isStrict: true });
  const outcomes: Outcome[] = [];
  for (const command of parseScript(text)) {
    if (command.kind === 'clear') source.clear();
    else if (command.kind === 'load') load(source, command);
    else {
      const failure = await runEval(engine, command);
      outcomes.push({ line: command.line, query: command.query, failure });
    }
  }
  return outcomes;
}

function load(source: MemorySource, { stepMs, lines }: Extract<Command, { kind: 'load' }>): void {
  for (const line of lines) {
    if (line.includes('@st')) continue;
    const { labels, items } = parseSeriesLine(line);
    for (const [i, item] of items.entries()) {
      if (item.kind === 'value' || item.kind === 'stale') source.append(labels, i * stepMs, item);
    }
  }
}

interface Answer {
  readonly grid: Grid;
  readonly series: readonly {
    readonly labels: Labels;
    readonly values: readonly (number | undefined)[];
  }[];
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly scalar?: number;
  readonly text?: string;
}

async function runEval(engine: PromqlEngine, command: Eval): Promise<string | undefined> {
  const fail = command.expectations.find(({ kind }) => kind === 'fail');
  let answer: Answer;
  try {
    answer = await ask(engine, command);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (!('code' in error)) return `crashed: ${error.stack}`;
    if (/promql_unsupported/.test(String(error.code))) return `unsupported: ${error.message}`;
    return fail ? undefined : `failed: ${error.message}`;
  }
  if (fail) return 'did not fail';
  return compareAnnotations(command, answer) ?? compareResult(command, answer);
}

async function ask(engine: PromqlEngine, command: Eval): Promise<Answer> {
  const { query, startMs, endMs, stepMs, matrix } = command;
  if (!command.isInstant) {
    const { grid, series, warnings, infos } = await engine.range({
      query,
      startMs,
      endMs,
      stepMs,
      tenant: '',
    });
    return {
      grid,
      warnings,
      infos,
      series: series.map(({ labels, values, present }) => ({
        labels,
        values: Array.from(values, (value, i) => (present[i] ? value : undefined)),
      })),
    };
  }
  const { value, warnings, infos } = await engine.instant({ query, timeMs: startMs, tenant: '' });
  const grid = { startMs, stepMs: 1, count: 1 };
  if (value.kind === 'string') return { grid, series: [], warnings, infos, text: value.value };
  if (value.kind === 'scalar') {
    return { grid, series: [], warnings, infos, scalar: value.value };
  }
  if (value.kind === 'vector') {
    const series = value.samples.map((sample) => ({
      labels: sample.labels,
      values: [sample.value],
    }));
    return { grid, series, warnings, infos };
  }
  const at = matrix ?? { startMs, endMs: startMs, stepMs: 1 };
  const points = { ...at, count: Math.floor((at.endMs - at.startMs) / at.stepMs) + 1 };
  const series = value.series.map(({ labels, times, values }) => ({
    labels,
    values: Array.from(
      { length: points.count },
      (_, step) => values[times.indexOf(gridTime(points, step))],
    ),
  }));
  return { grid: points, series, warnings, infos };
}

function compareAnnotations(
  { expectations }: Eval,
  { warnings, infos }: Answer,
): string | undefined {
  for (const { kind, message, regex } of expectations) {
    if (kind === 'fail') continue;
    const given = kind.endsWith('warn') ? warnings : infos;
    if (kind.startsWith('no_')) {
      if (given.length > 0) return `unexpected ${kind.slice(3)}: ${given[0]}`;
      continue;
    }
    const isMatch = given.some(
      (text) =>
        (message === undefined || text === message) &&
        (regex === undefined || new RegExp(regex).test(text)),
    );
    if (!isMatch) return `missing ${kind}: ${message ?? regex ?? 'any'}, got ${given.join('; ')}`;
  }
  return undefined;
}

function compareResult(command: Eval, answer: Answer): string | undefined {
  const { results, isOrdered, text } = command;
  if (text !== undefined) return compareText(text, answer.text);
  const [only = ''] = results;
  if (results.length === 1 && /^[+-]?(?:[\d.]\S*|inf|nan)$/i.test(only)) {
    const isScalar = answer.scalar !== undefined && isClose(answer.scalar, parseFloatText(only));
    return isScalar ? undefined : `expected ${only}, got ${answer.scalar}`;
  }
  const wanted = results.map(parseSeriesLine);
  if (wanted.length !== answer.series.length) {
    return `expected ${wanted.length} series, got ${answer.series.length}: ${show(answer)}`;
  }
  const given = new Map(
    answer.series.map((series, i) => [labelsKey(series.labels), { ...series, i }]),
  );
  for (const [i, { labels, items }] of wanted.entries()) {
    const series = given.get(labelsKey(labels));
    if (!series) return `missing ${JSON.stringify(labels)}: ${show(answer)}`;
    if (isOrdered && series.i !== i) return `wrong order at ${JSON.stringify(labels)}`;
    const wrong = compareItems(items, series.values);
    if (wrong) return `${JSON.stringify(labels)}: ${wrong}`;
  }
  return undefined;
}

function compareText(literal: string, given: string | undefined): string | undefined {
  const expected = parse(literal);
  const isSame = expected.kind === 'string' && expected.value === given;
  return isSame ? undefined : `expected ${literal}, got ${JSON.stringify(given)}`;
}

function compareItems(
  items: readonly Item[],
  values: readonly (number | undefined)[],
): string | undefined {
  for (let step = 0; step < Math.max(items.length, values.length); step++) {
    const item = items[step] ?? { kind: 'gap' };
    const value = values[step];
    const isSame =
      item.kind === 'gap'
        ? value === undefined
        : item.kind === 'value' && value !== undefined && isClose(value, item.value);
    if (!isSame) return `step ${step}: expected ${JSON.stringify(item)}, got ${value}`;
  }
  return undefined;
}

function isClose(a: number, b: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0) return difference < 1e-6 * 2.2250738585072014e-308;
  return difference / (Math.abs(a) + Math.abs(b)) < 1e-6;
}

const show = ({ series }: Answer): string =>
  series
    .map(({ labels, values }) => `${JSON.stringify(labels)} ${values.join(' ')}`)
    .join('; ')
    .slice(0, 300);
