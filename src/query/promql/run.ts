// One query from text to value: parse → check → plan → compile → read → evaluate.
import type { TextSpan } from '#lib/errors.ts';
import { BugError } from '#lib/errors.ts';
import { METRIC_NAME } from '#query/vector/label.ts';
import { withoutEmpty } from '#query/vector/merge.ts';
import type { Grid, GridSeries, RawSeries } from '#query/vector/value.ts';
import { type CheckedQuery, check } from './check/check.ts';
import { type Compiled, compile } from './compile/compile.ts';
import { evaluate, type PlanInput } from './eval/evaluate.ts';
import type { Annotation, Value } from './function/definition.ts';
import { type Read, readKey } from './plan/node.ts';
import { plan } from './plan/plan.ts';
import type { ReadScope, SampleSource } from './read/source.ts';
import { parse } from './syntax/parse.ts';
import { lineAndColumn } from './syntax/parse-error.ts';

export interface RunOptions extends ReadScope {
  readonly source: SampleSource;
  readonly grid: Grid;
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
  const compiled = compile(plan(query, options), options, options.source.pushDown);
  const { input, emptyReads } = await readAll(compiled, options);
  const { value, annotations } = await evaluate(compiled.residual, {
    input,
    checkpoint: () => options.budget.checkpoint(),
    reserve: (points) => options.budget.addSamples(points),
  });
  const all = [...annotations, ...(await histogramWarnings(emptyReads, options))];
  const texts = (level: Annotation['level']): string[] =>
    all
      .filter((annotation) => annotation.level === level)
      .map(({ text, span }) => formatAnnotation(level, text, span, query.text));
  return { value, warnings: texts('warning'), infos: texts('info') };
}

/** So that nobody takes for missing what is stored, but cannot be read yet. */
async function histogramWarnings(
  reads: readonly Read[],
  options: RunOptions,
): Promise<readonly Annotation[]> {
  const { source } = options;
  const found = reads.map(async (read): Promise<Annotation[]> => {
    const span = read.matchers.find(({ label }) => label === METRIC_NAME)?.span;
    const names = span && (await source.histogramNames?.(read, options));
    return (names ?? []).map((name) => ({
      level: 'warning',
      text: `${JSON.stringify(name)} is an exponential histogram; PromQL does not read these yet`,
      span: span as TextSpan,
    }));
  });
  return (await Promise.all(found)).flat();
}

async function readAll({ statements, reads }: Compiled, options: RunOptions) {
  const { source } = options;
  const [pushed, samples] = await Promise.all([
    Promise.all(statements.map((statement) => source.run(statement, options))),
    Promise.all([...reads.values()].map((read) => source.select(read, options))),
  ]);
  const samplesByKey = new Map([...reads.keys()].map((key, i) => [key, samples[i]]));
  const emptyReads = [
    ...statements
      .filter((_, i) => withoutEmpty(pushed[i] ?? []).length === 0)
      .map(({ read }) => read),
    ...[...reads.values()].filter((_, i) => samples[i]?.length === 0),
  ];
  const input: PlanInput = {
    pushedSeries: (index: number): readonly GridSeries[] => pushed[index] as readonly GridSeries[],
    samplesOf: (read: Read): readonly RawSeries[] => {
      const found = samplesByKey.get(readKey(read));
      if (!found) throw new BugError('BUG: every selector of the residual was read');
      return found;
    },
  };
  return { input, emptyReads };
}

const formatAnnotation = (
  level: Annotation['level'],
  text: string,
  span: TextSpan,
  query: string,
): string => `PromQL ${level}: ${text} (${lineAndColumn(query, span.from)})`;
