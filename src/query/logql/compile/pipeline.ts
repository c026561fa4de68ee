// Which stages of a pipeline the engine can check, and what is left to run here. A line filter may
// be checked there as long as the line is the stored one; a label filter as long as the labels are.
import { column, type Expr, literal } from '#sql/tree.ts';
import { definitionOf } from '../stage/index.ts';
import type { Stage } from '../syntax/ast.ts';
import { isParser, keepsText, lineHint } from './line-hint.ts';
import { compileLabel } from './metadata.ts';
import type { Stream } from './stream.ts';

export interface CompiledPipeline {
  /** Of the stages that the engine checks, and what lines must meet to pass the others. */
  readonly conditions: readonly Expr[];
  readonly residual: readonly Stage[];
  /** Labels that stages take away from every line. */
  readonly removed: ReadonlySet<string>;
}

export function compileStages(
  stages: readonly Stage[],
  streams: readonly Stream[],
): CompiledPipeline {
  const conditions: Expr[] = [];
  const residual: Stage[] = [];
  const removing: Stage[] = [];
  const removed = new Set<string>();
  let hasOwnLine = true;
  let hasOwnLabels = true;
  const labelOf = (name: string): Expr | undefined => {
    if (!hasOwnLabels) return undefined;
    return removed.has(name) ? literal('') : compileLabel(name, streams);
  };
  let hasOwnText = true;
  const parsers: Stage[] = [];
  for (const stage of stages) {
    hasOwnText &&= keepsText(stage);
    const definition = definitionOf(stage);
    const names = hasOwnLabels ? definition.removes?.(stage) : undefined;
    if (names) {
      for (const name of names) removed.add(name);
      removing.push(stage);
      continue;
    }
    const scope = { line: column('body'), label: labelOf };
    const condition = hasOwnLine ? definition.compile?.(stage, scope) : undefined;
    if (condition) conditions.push(condition);
    else {
      residual.push(stage);
      const hint =
        stage.kind === 'label-filter' && hasOwnText && !hasOwnLabels
          ? lineHint(stage.filter, parsers, (name) => compileLabel(name, streams))
          : undefined;
      if (hint) conditions.push(hint);
    }
    if (isParser(stage)) parsers.push(stage);
    if (definition.changes.line) hasOwnLine = false;
    if (definition.changes.labels) hasOwnLabels = false;
  }
  // What runs here must find the labels as the stages before it left them.
  return {
    conditions,
    residual: residual.length > 0 ? inOrder(stages, residual, removing) : [],
    removed,
  };
}

const inOrder = (stages: readonly Stage[], ...parts: readonly (readonly Stage[])[]): Stage[] =>
  stages.filter((stage) => parts.some((part) => part.includes(stage)));
