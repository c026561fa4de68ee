// The syntax tree of TraceQL: the whole language, also what cannot be evaluated yet. Positions are
// offsets in UTF-16 code units. Language: https://grafana.com/docs/tempo/latest/traceql/
import type { TextSpan } from '#lib/errors.ts';
import type { IntrinsicName } from './intrinsic-name.ts';

export type AttributeScope = 'none' | 'span' | 'resource' | 'event' | 'link' | 'instrumentation';

export interface Attribute {
  readonly kind: 'attribute';
  readonly scope: AttributeScope;
  readonly isParent: boolean;
  readonly name: string;
  readonly span: TextSpan;
}

export interface Intrinsic {
  readonly kind: 'intrinsic';
  readonly name: IntrinsicName;
  /** As written: `duration` and `span:duration` are the same intrinsic. */
  readonly text: string;
  readonly isParent: boolean;
  readonly span: TextSpan;
}

export type StatusName = 'unset' | 'ok' | 'error';
export type KindName = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** Durations are nanoseconds; an integer that a double cannot hold is a bigint. */
export type StaticValue =
  | { readonly type: 'nil' }
  | { readonly type: 'bool'; readonly value: boolean }
  | {
      readonly type: 'int';
      readonly value: number | bigint;
      /** Compares with values of its own type only: attributes in Tempo's columns. */
      readonly isTyped?: true;
    }
  | { readonly type: 'float'; readonly value: number; readonly isTyped?: true }
  | { readonly type: 'duration'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'status'; readonly value: StatusName }
  | { readonly type: 'kind'; readonly value: KindName };

export interface Static {
  readonly kind: 'static';
  readonly value: StaticValue;
  readonly span: TextSpan;
}

export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '=~' | '!~';
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^';
export type BinaryOperator = ComparisonOperator | ArithmeticOperator | '&&' | '||';

export interface Binary {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: FieldExpr;
  readonly right: FieldExpr;
  readonly span: TextSpan;
}

export interface Unary {
  readonly kind: 'unary';
  readonly operator: '-' | '!';
  readonly term: FieldExpr;
  readonly span: TextSpan;
}

/** `x != nil` and `x = nil`. */
export interface Existence {
  readonly kind: 'existence';
  readonly term: FieldExpr;
  readonly isPresent: boolean;
  readonly span: TextSpan;
}

export type FieldExpr = Attribute | Intrinsic | Static | Binary | Unary | Existence;

export interface SpansetFilter {
  readonly kind: 'filter';
  /** Absent for `{ }`, which is every span. */
  readonly condition: FieldExpr | undefined;
  readonly span: TextSpan;
}

export const spansetOperators = [
  '&&',
  '||',
  '>',
  '>>',
  '<',
  '<<',
  '~',
  '!>',
  '!>>',
  '!<',
  '!<<',
  '!~',
  '&>',
  '&>>',
  '&<',
  '&<<',
  '&~',
] as const;
export type SpansetOperator = (typeof spansetOperators)[number];

export interface SpansetOperation {
  readonly kind: 'spanset-operation';
  readonly operator: SpansetOperator;
  readonly left: SpansetExpr;
  readonly right: SpansetExpr;
  readonly span: TextSpan;
}

export type SpansetExpr = SpansetFilter | SpansetOperation | Pipeline;

export type AggregateName = 'count' | 'min' | 'max' | 'sum' | 'avg';

export interface Aggregate {
  readonly kind: 'aggregate';
  readonly name: AggregateName;
  readonly field: FieldExpr | undefined;
  readonly span: TextSpan;
}

export interface ScalarOperation {
  readonly kind: 'scalar-operation';
  readonly operator: ArithmeticOperator;
  readonly left: ScalarExpr;
  readonly right: ScalarExpr;
  readonly span: TextSpan;
}

/** A parenthesised pipeline that ends in an aggregate: `({ .a } | count())`. */
export interface ScalarPipeline {
  readonly kind: 'scalar-pipeline';
  readonly pipeline: Pipeline;
  readonly aggregate: Aggregate;
  readonly span: TextSpan;
}

export type ScalarExpr = Static | Aggregate | ScalarOperation | ScalarPipeline;

export interface ScalarFilter {
  readonly kind: 'scalar-filter';
  readonly operator: ComparisonOperator;
  readonly left: ScalarExpr;
  readonly right: ScalarExpr;
  readonly span: TextSpan;
}

export type Field = Attribute | Intrinsic;

export type PipelineStage =
  | SpansetExpr
  | ScalarFilter
  | { readonly kind: 'by'; readonly field: FieldExpr; readonly span: TextSpan }
  | { readonly kind: 'coalesce'; readonly span: TextSpan }
  | { readonly kind: 'select'; readonly fields: readonly Field[]; readonly span: TextSpan };

export interface Pipeline {
  readonly kind: 'pipeline';
  readonly stages: readonly PipelineStage[];
  readonly span: TextSpan;
}

export type MetricsFunctionName =
  | 'rate'
  | 'count_over_time'
  | 'min_over_time'
  | 'max_over_time'
  | 'sum_over_time'
  | 'avg_over_time'
  | 'quantile_over_time'
  | 'histogram_over_time'
  | 'compare';

export interface MetricsFunction {
  readonly kind: 'metrics-function';
  readonly name: MetricsFunctionName;
  readonly field: FieldExpr | undefined;
  /** Quantiles, or `topN, start, end` (nanoseconds) of compare(). */
  readonly numbers: readonly (number | bigint)[];
  readonly filter: SpansetFilter | undefined;
  readonly by: readonly Field[];
  readonly span: TextSpan;
}

export type MetricsStage =
  | { readonly kind: 'topk' | 'bottomk'; readonly count: number; readonly span: TextSpan }
  | {
      readonly kind: 'metrics-filter';
      readonly operator: ComparisonOperator;
      readonly value: ScalarExpr;
      readonly span: TextSpan;
    };

export interface MetricsQuery {
  readonly kind: 'metrics';
  readonly source:
    | { readonly kind: 'function'; readonly pipeline: Pipeline; readonly first: MetricsFunction }
    | {
        readonly kind: 'operation';
        readonly operator: ArithmeticOperator;
        readonly left: MetricsQuery | ScalarExpr;
        readonly right: MetricsQuery | ScalarExpr;
      };
  readonly stages: readonly MetricsStage[];
  readonly span: TextSpan;
}

export interface Hint {
  readonly name: string;
  readonly value: StaticValue;
}

export interface Query {
  readonly root: Pipeline | ScalarFilter | MetricsQuery;
  readonly hints: readonly Hint[];
}
