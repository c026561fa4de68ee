// Every pipeline stage there is. To add one: a file with its definition, and a line here.
import type { Stage } from '../syntax/ast.ts';
import { decolorize } from './decolorize.ts';
import type { StageDefinition } from './definition.ts';
import { distinct } from './distinct.ts';
import { drop } from './drop.ts';
import type { Entry, StageRun } from './entry.ts';
import {
  type FilterCompiler,
  hintsForLines,
  hintsForSamples,
  noHints,
  type ParserHints,
  type SampleQuery,
} from './hints.ts';
import { json } from './json.ts';
import { keep } from './keep.ts';
import { labelFilter } from './label-filter.ts';
import { labelFormat } from './label-format.ts';
import { lineFilter } from './line-filter.ts';
import { lineFormat } from './line-format.ts';
import { logfmt } from './logfmt.ts';
import { pattern } from './pattern.ts';
import { regexp } from './regexp.ts';
import { unpack } from './unpack.ts';

type Definitions = { readonly [K in Stage['kind']]: StageDefinition<Extract<Stage, { kind: K }>> };

export const stages: Definitions = {
  'line-filter': lineFilter,
  'label-filter': labelFilter,
  'line-format': lineFormat,
  'label-format': labelFormat,
  json,
  logfmt,
  pattern,
  regexp,
  unpack,
  decolorize,
  drop,
  keep,
  distinct,
};

/** The definition of a stage. */
export const definitionOf = (stage: Stage): StageDefinition =>
  stages[stage.kind] as unknown as StageDefinition;

/** What the rest of a metric query tells its parsers. Throws InputError as compilePipeline does. */
export const sampleHints = (query: SampleQuery): ParserHints => hintsForSamples(query, compileHint);

/** A filter that is wrong is refused where it stands. */
const compileHint: FilterCompiler = (filter, stage) =>
  labelFilter.evaluate({ kind: 'label-filter', filter, span: stage.span }, noHints);

/**
 * All stages one after the other; false drops the line. Throws InputError for bad arguments. Without
 * hints they are those of a query of logs.
 */
export function compilePipeline(
  pipeline: readonly Stage[],
  hints: ParserHints = hintsForLines(pipeline, compileHint),
): StageRun {
  const runs = pipeline.map((stage) => definitionOf(stage).evaluate(stage, hints));
  if (runs.length === 0) return () => true;
  return (entry: Entry) => {
    for (const run of runs) if (!run(entry)) return false;
    return true;
  };
}
