// What an intrinsic is: one definition with its meaning in TypeScript, always, and in SQL where the
// engine has it in a column.
import type { Expr } from '#sql/tree.ts';
import type { Trace, TraceSpan } from '../eval/trace.ts';
import type { Value } from '../eval/value.ts';

/** An intrinsic in SQL: over columns of otel_spans, or (`scope`) of otel_scopes. */
export interface SqlIntrinsic {
  readonly type: 'text' | 'number' | 'status' | 'kind';
  readonly table: 'span' | 'scope';
  readonly expr: Expr;
  /** `expr` is an array: the values of all events or links. */
  readonly isList?: boolean;
  /** Where it does not hold the span has no value at all. */
  readonly present?: Expr;
}

export interface IntrinsicDefinition {
  readonly doc: string;
  /** Parts of a span that have to be read for it. */
  readonly needs?: 'events' | 'links' | 'arrival';
  readonly evaluate: (span: TraceSpan, trace: Trace) => Value;
  readonly compile?: () => SqlIntrinsic;
}

export const defineIntrinsic = (definition: IntrinsicDefinition): IntrinsicDefinition => definition;
