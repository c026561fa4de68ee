// The syntax tree of PromQL. Spans are offsets into the text that was parsed, so that every later
// phase can point at what it complains about.
import type { TextSpan } from '#lib/errors.ts';
import type { Grouping } from '#query/vector/group.ts';
import type { Matching } from '#query/vector/matching.ts';
import type { ElementOperator, SetOperator } from '#query/vector/operation.ts';

export type Expr =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Call
  | Aggregation
  | Binary
  | Unary
  | Paren;

export interface NumberLiteral {
  readonly kind: 'number';
  readonly value: number;
  /** Written as a duration (`1h30m`), which is its number of seconds. */
  readonly isDuration: boolean;
  readonly span: TextSpan;
}

export interface StringLiteral {
  readonly kind: 'string';
  readonly value: string;
  readonly span: TextSpan;
}

export type MatchOperator = '=' | '!=' | '=~' | '!~';

export interface Matcher {
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
  readonly span: TextSpan;
}

/** `@ 1700000000`, `@ start()`, `@ end()`. */
export type At =
  | { readonly kind: 'time'; readonly timeMs: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' };

/** What may stand behind a selector or a subquery. */
export interface TimeShift {
  readonly offset?: DurationExpr;
  readonly at?: At;
}

export interface VectorSelector extends TimeShift {
  readonly kind: 'vector-selector';
  /** In front of the braces; '' when there is none. A name inside the braces is a matcher. */
  readonly name: string;
  readonly matchers: readonly Matcher[];
  readonly extent?: 'anchored' | 'smoothed';
  readonly span: TextSpan;
}

export interface MatrixSelector {
  readonly kind: 'matrix-selector';
  /** Carries the offset and `@` of the whole. */
  readonly selector: VectorSelector;
  readonly range: DurationExpr;
  readonly span: TextSpan;
}

export interface Subquery extends TimeShift {
  readonly kind: 'subquery';
  readonly expr: Expr;
  readonly range: DurationExpr;
  readonly step?: DurationExpr;
  readonly span: TextSpan;
}

export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly nameSpan: TextSpan;
  readonly args: readonly Expr[];
  readonly span: TextSpan;
}

export const aggregationNames = [
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'quantile',
  'count_values',
  'limitk',
  'limit_ratio',
] as const;
export type AggregationName = (typeof aggregationNames)[number];

export interface Aggregation {
  readonly kind: 'aggregation';
  readonly name: AggregationName;
  readonly param?: Expr;
  readonly expr: Expr;
  readonly grouping?: Grouping;
  readonly span: TextSpan;
}

/** The comparisons of a native histogram with a threshold are binary operators too. */
export type BinaryOperator = ElementOperator | SetOperator | '</' | '>/';

export interface Binary {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly operatorSpan: TextSpan;
  readonly left: Expr;
  readonly right: Expr;
  readonly isBool: boolean;
  /** Absent when the text says nothing about matching. */
  readonly matching?: Matching;
  readonly fill?: { readonly left?: number; readonly right?: number };
  readonly span: TextSpan;
}

export interface Unary {
  readonly kind: 'unary';
  readonly operator: '+' | '-';
  readonly expr: Expr;
  readonly span: TextSpan;
}

export interface Paren {
  readonly kind: 'paren';
  readonly expr: Expr;
  readonly span: TextSpan;
}

/** Arithmetic on durations, in seconds: inside brackets and after `offset`. */
export type DurationExpr =
  | {
      readonly kind: 'literal';
      readonly seconds: number;
      readonly isDuration: boolean;
      readonly span: TextSpan;
    }
  | {
      readonly kind: 'duration-call';
      readonly name: 'step' | 'range' | 'min_of' | 'max_of';
      readonly args: readonly DurationExpr[];
      readonly span: TextSpan;
    }
  | {
      readonly kind: 'duration-binary';
      readonly operator: '+' | '-' | '*' | '/' | '%' | '^';
      readonly operatorSpan: TextSpan;
      readonly left: DurationExpr;
      readonly right: DurationExpr;
      readonly span: TextSpan;
    }
  | { readonly kind: 'negative'; readonly expr: DurationExpr; readonly span: TextSpan }
  | { readonly kind: 'duration-paren'; readonly expr: DurationExpr; readonly span: TextSpan };

/** Inside any number of parentheses. */
export function unwrapParens(expr: Expr): Expr {
  let inner = expr;
  while (inner.kind === 'paren') inner = inner.expr;
  return inner;
}
