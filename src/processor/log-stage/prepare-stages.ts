// Stages in a row: all are prepared, what is wrong with any of them is told with its place.
import { InputError } from '#lib/errors.ts';
import type { StageConfig } from '#pipeline/log/stage-config.ts';
import type { Problem } from '#prometheus-config/place.ts';
import { type PreparedStage, StageProblems, type StageTools } from './definition.ts';
import { definitionOf } from './index.ts';

/** Throws StageProblems with all that is wrong. */
export function prepareStages(configs: readonly StageConfig[], tools: StageTools): PreparedStage {
  const problems: Problem[] = [];
  const prepared: PreparedStage[] = [];
  const inner = {
    ...tools,
    prepareStages: (nested: readonly StageConfig[]) => prepareStages(nested, tools),
  };
  for (const config of configs) {
    try {
      prepared.push(definitionOf(config).prepare(config, inner));
    } catch (error) {
      problems.push(...problemsOf(error, config));
    }
  }
  if (problems.length > 0) throw new StageProblems(problems);
  return (context, next) => {
    // Those that come first are created first, so that they hand on first when the pipeline stops:
    // each gets its successor as soon as there is one.
    const steps = prepared.map(() => next);
    prepared.forEach((stage, i) => {
      steps[i] = stage(context, (entry) => (steps[i + 1] ?? next)(entry));
    });
    return steps[0] ?? next;
  };
}

/** Everything that is wrong with these stages, in the order of the file. */
export function checkStages(configs: readonly StageConfig[], tools: StageTools): Problem[] {
  try {
    prepareStages(configs, tools);
    return [];
  } catch (error) {
    if (error instanceof StageProblems) return [...error.problems];
    throw error;
  }
}

function problemsOf(error: unknown, { kind, place }: StageConfig): readonly Problem[] {
  if (error instanceof StageProblems) return error.problems;
  if (!(error instanceof InputError)) throw error;
  return [{ severity: 'error', place, path: kind, message: error.message }];
}
