// The tree of a LogQL query. Every node knows its place in the text.
// Language: https://grafana.com/docs/loki/latest/query/
import type { TextSpan } from '#lib/errors.ts';

interface Placed {
  readonly span: TextSpan;
}

export type Expr = LogExpr | MetricExpr;

export type MetricExpr =
  | RangeAggregation
  | VectorAggregation
  | BinaryExpr
  | NumberLiteral
  | LabelReplace
  | VectorLiteral;

export type MatchOperator = '=' | '!=' | '=~' | '!~';

export interface Matcher extends Placed {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

export interface LogExpr extends Placed {
  readonly kind: 'log';
  readonly matchers: readonly Matcher[];
  readonly stages: readonly Stage[];
}

export type Stage =
  | LineFilter
  | JsonStage
  | LogfmtStage
  | PatternStage
  | RegexpStage
  | UnpackStage
  | LabelFilterStage
  | LineFormat
  | LabelFormat
  | Decolorize
  | DropStage
  | KeepStage
  | DistinctStage;

export type LineFilterOperator = '|=' | '!=' | '|~' | '!~' | '|>' | '!>';

export interface LineFilterTerm {
  readonly value: string;
  /** `ip("…")`: an address, a range or a CIDR block. */
  readonly isIp: boolean;
}

/** Alternatives joined by `or`; a negated filter has one term. */
export interface LineFilter extends Placed {
  readonly kind: 'line-filter';
  readonly operator: LineFilterOperator;
  readonly terms: readonly LineFilterTerm[];
}

export interface Extraction {
  readonly label: string;
  readonly expression: string;
}

export interface JsonStage extends Placed {
  readonly kind: 'json';
  /** Empty: every field. */
  readonly extractions: readonly Extraction[];
}

export interface LogfmtStage extends Placed {
  readonly kind: 'logfmt';
  readonly isStrict: boolean;
  readonly keepsEmpty: boolean;
  readonly extractions: readonly Extraction[];
}

export interface PatternStage extends Placed {
  readonly kind: 'pattern';
  readonly pattern: string;
}

export interface RegexpStage extends Placed {
  readonly kind: 'regexp';
  readonly pattern: string;
}

export interface UnpackStage extends Placed {
  readonly kind: 'unpack';
}

export interface LabelFilterStage extends Placed {
  readonly kind: 'label-filter';
  readonly filter: LabelFilter;
}

export type CompareOperator = '=' | '!=' | '>' | '>=' | '<' | '<=';

export type LabelFilter =
  | {
      readonly kind: 'matcher';
      readonly matcher: Matcher;
      /** The id may also stand in the text of the line: `../stage/text-id.ts`. No syntax says so. */
      readonly isInText?: true;
    }
  | {
      readonly kind: 'compare';
      readonly label: string;
      readonly operator: CompareOperator;
      readonly unit: 'number' | 'duration' | 'bytes';
      /** Durations in nanoseconds. */
      readonly value: number;
      /** As written, for printing. */
      readonly text: string;
    }
  | {
      readonly kind: 'ip';
      readonly label: string;
      readonly operator: '=' | '!=';
      readonly pattern: string;
    }
  | {
      readonly kind: 'and' | 'or';
      readonly left: LabelFilter;
      readonly right: LabelFilter;
    };

export interface LineFormat extends Placed {
  readonly kind: 'line-format';
  readonly template: string;
}

export interface LabelAssignment {
  readonly label: string;
  readonly source: { readonly label: string } | { readonly template: string };
}

export interface LabelFormat extends Placed {
  readonly kind: 'label-format';
  readonly assignments: readonly LabelAssignment[];
}

export interface Decolorize extends Placed {
  readonly kind: 'decolorize';
}

export type LabelReference =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'matcher'; readonly matcher: Matcher };

export interface DropStage extends Placed {
  readonly kind: 'drop';
  readonly labels: readonly LabelReference[];
}

export interface KeepStage extends Placed {
  readonly kind: 'keep';
  readonly labels: readonly LabelReference[];
}

export interface DistinctStage extends Placed {
  readonly kind: 'distinct';
  readonly labels: readonly string[];
}

export type UnwrapConversion = 'none' | 'duration' | 'duration_seconds' | 'bytes';

export interface Unwrap extends Placed {
  readonly label: string;
  readonly conversion: UnwrapConversion;
  /** Label filters after the unwrap. */
  readonly filters: readonly LabelFilterStage[];
}

export interface LogRange extends Placed {
  readonly log: LogExpr;
  readonly unwrap: Unwrap | undefined;
  readonly rangeNano: bigint;
  readonly offsetNano: bigint;
}

export interface Grouping extends Placed {
  readonly isWithout: boolean;
  readonly labels: readonly string[];
}

export interface RangeAggregation extends Placed {
  readonly kind: 'range-aggregation';
  readonly operation: string;
  readonly parameter: number | undefined;
  readonly range: LogRange;
  readonly grouping: Grouping | undefined;
}

export interface VectorAggregation extends Placed {
  readonly kind: 'vector-aggregation';
  readonly operation: string;
  readonly parameter: number | undefined;
  readonly inner: MetricExpr;
  readonly grouping: Grouping | undefined;
}

export type BinaryOperator =
  | '^'
  | '*'
  | '/'
  | '%'
  | '+'
  | '-'
  | '=='
  | '!='
  | '>'
  | '>='
  | '<'
  | '<='
  | 'and'
  | 'unless'
  | 'or';

export interface VectorMatch {
  readonly isOn: boolean;
  readonly labels: readonly string[];
  readonly cardinality: 'one-to-one' | 'many-to-one' | 'one-to-many';
  readonly include: readonly string[];
}

export interface BinaryExpr extends Placed {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: MetricExpr;
  readonly right: MetricExpr;
  readonly returnsBool: boolean;
  readonly match: VectorMatch | undefined;
}

export interface NumberLiteral extends Placed {
  readonly kind: 'number';
  readonly value: number;
}

export interface VectorLiteral extends Placed {
  readonly kind: 'vector';
  readonly value: number;
}

export interface LabelReplace extends Placed {
  readonly kind: 'label-replace';
  readonly inner: MetricExpr;
  readonly destination: string;
  readonly replacement: string;
  readonly source: string;
  readonly regex: string;
}
