// What a pipeline stage is: its words, what it does to a line, and, where SQL gives the same answer,
// the condition that the engine may check instead.
import type { Expr } from '#sql/tree.ts';
import type { Stage } from '../syntax/ast.ts';
import type { StageRun } from './entry.ts';
import type { ParserHints } from './hints.ts';

/** How the pipeline reaches columns; `undefined` means that SQL cannot give the same value. */
export interface CompileScope {
  readonly line: Expr;
  /** A label that comes with the entry, '' when it has none; undefined after a parser. */
  label(name: string): Expr | undefined;
}

export interface StageDefinition<S extends Stage = Stage> {
  readonly kind: S['kind'];
  readonly name: string;
  readonly doc: string;
  readonly example: string;
  /** Whether later stages see another line, or labels that the entry did not come with. */
  readonly changes: { readonly line?: true; readonly labels?: true };
  /** Labels that it takes away whatever the line is; undefined where that depends on the line. */
  removes?(stage: S): readonly string[] | undefined;
  /** Whether few lines pass and an index finds them: then a long range is read at once. */
  isRare?(stage: S): boolean;
  /**
   * The definition of right. Throws InputError for arguments that make no sense. The hints are for
   * parsers.
   */
  evaluate(stage: S, hints: ParserHints): StageRun;
  /** The same as a condition on a row; undefined where there is none. */
  compile?(stage: S, scope: CompileScope): Expr | undefined;
}

export const defineStage = <S extends Stage>(definition: StageDefinition<S>): StageDefinition<S> =>
  definition;
