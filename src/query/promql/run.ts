// One query from text to value: parse → check → plan → compile → read → evaluate.
import type { TextSpan } from '#lib/errors.ts';
import { BugError } from '#lib/errors.ts';
import { METRIC_NAME } from '#query/vector/label.ts';
import type { Grid, GridSeries, RawSeries } from '#query/vector/value.ts';
import { type CheckedQuery, check } from './check/check.ts';
import { compile } from './compile/compile.ts';
import type { Statement } from './compile/push-down.ts';
import { evaluate, type PlanInput } from './eval/evaluate.ts';
import type { Annotation, Value } from './function/definition.ts';
import { type Plan, type Read, readKey } from './plan/node.ts';
import { plan } from './plan/plan.ts';
import type { ReadScope, SampleSource } from './read/source.ts';
import { parse } from './syntax/parse.ts';
import { lineAndColumn } from './syntax/parse-error.ts';

export interface RunOptions extends ReadScope {
  readonly source: SampleSource;
  readonly grid: Grid;
  /** Of a range query. */
  readonly endMs?: number;
  readonly lookbackMs: number;
  readonly subqueryStepMs: number;
}

export interface RunResult {
  readonly value: Value;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

export function checkQuery(text: string): CheckedQuery {
  return check(parse(text), text);
}

export async function run(query: CheckedQuery, options: RunOptions): Promise<RunResult> {
  const leftOut: Annotation[] = [];
  const scope = {
    ...options,
    onLeftOut: (read: Read, text: string): void => {
      const span = read.matchers.find(({ label }) => label === METRIC_NAME)?.span;
      leftOut.push({ level: 'warning', text, span: span ?? { from: 0, to: query.text.length } });
    },
  };
  const { residual, input } = await compileAndRead(plan(query, options), scope);
  const { value, annotations } = await evaluate(residual, {
    input,
    checkpoint: () => options.budget.checkpoint(),
    reserve: (points) => options.budget.addSamples(points),
  });
  const texts = (level: Annotation['level']): string[] =>
    [...annotations, ...leftOut]
      .filter((annotation) => annotation.level === level)
      .map(({ text, span }) => formatAnnotation(level, text, span, query.text));
  return { value, warnings: texts('warning'), infos: texts('info') };
}

/**
 * Whether the engine's answers are whole is found out while it computes them. The few that are not
 * (metrics with native histograms, or that say when counting began) are evaluated here instead.
 */
async function compileAndRead(planned: Plan, options: RunOptions) {
  const { source } = options;
  const first = compile(planned, options, source.pushDown);
  const [pushed, isBeyond, samples] = await Promise.all([
    Promise.all(first.statements.map((statement) => source.run(statement, options))),
    Promise.all(first.statements.map((one) => source.isBeyondEngine?.(one, options) ?? false)),
    readSamples(first.reads, options),
  ]);
  const names = first.statements.filter((_, i) => isBeyond[i]).map(({ name }) => name);
  if (names.length === 0) {
    return { residual: first.residual, input: inputOf(pushed, samples) };
  }
  const local = new Set(names);
  const { residual, reads } = compile(planned, options, source.pushDown, local);
  const missing = new Map([...reads].filter(([key]) => !samples.has(key)));
  const more = await readSamples(missing, options);
  // What is still pushed down is what was, in the same order.
  const kept = pushed.filter((_, i) => !local.has((first.statements[i] as Statement).name));
  return { residual, input: inputOf(kept, new Map([...samples, ...more])) };
}

async function readSamples(
  reads: ReadonlyMap<string, Read>,
  options: RunOptions,
): Promise<ReadonlyMap<string, readonly RawSeries[]>> {
  const entries = [...reads].map(
    async ([key, read]) => [key, await options.source.select(read, options)] as const,
  );
  return new Map(await Promise.all(entries));
}

const inputOf = (
  pushed: readonly (readonly GridSeries[])[],
  samples: ReadonlyMap<string, readonly RawSeries[]>,
): PlanInput => ({
  pushedSeries: (index) => pushed[index] as readonly GridSeries[],
  samplesOf: (read) => {
    const found = samples.get(readKey(read));
    if (!found) throw new BugError('BUG: every selector of the residual was read');
    return found;
  },
});

const formatAnnotation = (
  level: Annotation['level'],
  text: string,
  span: TextSpan,
  query: string,
): string => `PromQL ${level}: ${text} (${lineAndColumn(query, span.from)})`;
