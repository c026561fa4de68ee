// One query from text to value: parse → check → plan → compile → read → evaluate.
import type { TextSpan } from '#lib/errors.ts';
import { BugError } from '#lib/errors.ts';
import type { Grid, GridSeries, RawSeries } from '#query/vector/value.ts';
import { type CheckedQuery, check } from './check/check.ts';
import { type Compiled, compile } from './compile/compile.ts';
import { evaluate } from './eval/evaluate.ts';
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
  const input = await readAll(compiled, options);
  const { value, annotations } = evaluate(compiled.residual, {
    input,
    checkpoint: () => options.budget.checkpoint(),
    reserve: (points) => options.budget.addSamples(points),
  });
  const texts = (level: Annotation['level']): string[] =>
    annotations
      .filter((annotation) => annotation.level === level)
      .map(({ text, span }) => formatAnnotation(level, text, span, query.text));
  return { value, warnings: texts('warning'), infos: texts('info') };
}

async function readAll({ statements, reads }: Compiled, options: RunOptions) {
  const { source } = options;
  const [pushed, samples] = await Promise.all([
    Promise.all(statements.map((statement) => source.run(statement, options))),
    Promise.all([...reads.values()].map((read) => source.select(read, options))),
  ]);
  const samplesByKey = new Map([...reads.keys()].map((key, i) => [key, samples[i]]));
  return {
    pushedSeries: (index: number): readonly GridSeries[] => pushed[index] as readonly GridSeries[],
    samplesOf: (read: Read): readonly RawSeries[] => {
      const found = samplesByKey.get(readKey(read));
      if (!found) throw new BugError('BUG: every selector of the residual was read');
      return found;
    },
  };
}

const formatAnnotation = (
  level: Annotation['level'],
  text: string,
  span: TextSpan,
  query: string,
): string => `PromQL ${level}: ${text} (${lineAndColumn(query, span.from)})`;
