// A checked query in, what a search has to do out: which spans make a trace a candidate, what to
// read of candidates, what to show. Pure; SQL is made from it in compile/.
import type { CheckedQuery } from '../check/check.ts';
import { constantOf } from '../check/scalar-constant.ts';
import { tempoTextBytesMax } from '../eval/value.ts';
import type {
  ComparisonOperator,
  FieldExpr,
  Pipeline,
  PipelineStage,
  SpansetExpr,
} from '../syntax/ast.ts';
import { collectNeeds, type Needs, type ShownField } from './needs.ts';

/**
 * A condition that every matching trace meets.
 * - `span`: one of its spans fits the expression (absent: any span).
 * - `all`, `any`: of several such conditions.
 * - `count`: so many of its spans fit the expression.
 */
export type Candidate =
  | { readonly kind: 'span'; readonly condition: FieldExpr | undefined }
  | {
      readonly kind: 'count';
      readonly condition: FieldExpr | undefined;
      readonly operator: ComparisonOperator;
      readonly value: number;
    }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Candidate[] };

export interface SearchPlan {
  readonly pipeline: Pipeline;
  readonly candidate: Candidate;
  /** The candidates are the answer: the pipeline asks for nothing more than `candidate`. */
  readonly isCandidateEnough: boolean;
  readonly needs: Needs;
  /** Fields that the answer shows of each span. */
  readonly shown: readonly ShownField[];
  /** Longer texts are cut in answers. */
  readonly textBytesMax?: number | undefined;
}

export function planSearch(checked: CheckedQuery): SearchPlan {
  const { pipeline, isStrict = false } = checked;
  const { needs, shown: fields } = collectNeeds(pipeline);
  const shown = isStrict ? fields.map(asTempoShows) : fields;
  const stages = pipeline.stages.filter((stage) => stage.kind !== 'select');
  const [first] = stages;
  return {
    pipeline,
    candidate: candidateOf(pipeline),
    isCandidateEnough: stages.length === 0 || (stages.length === 1 && first?.kind === 'filter'),
    needs,
    shown,
    textBytesMax: isStrict ? tempoTextBytesMax : undefined,
  };
}

/** Tempo has a column for this attribute, and shows that it is empty. */
function asTempoShows(shown: ShownField): ShownField {
  const { field, comparisons } = shown;
  const isColumn =
    field.kind === 'attribute' &&
    field.name === 'http.status_code' &&
    (field.scope === 'span' || field.scope === 'none');
  return isColumn && comparisons === undefined ? { ...shown, isNilShown: true } : shown;
}

const anySpan: Candidate = { kind: 'span', condition: undefined };

function candidateOf(stage: PipelineStage): Candidate {
  switch (stage.kind) {
    case 'filter':
      return { kind: 'span', condition: stage.condition };
    case 'pipeline': {
      const spansets = stage.stages.filter(isSpanset).map(candidateOf);
      const counted = countedSpans(stage);
      if (counted) spansets.push(counted);
      return spansets.length === 0 ? anySpan : simplify('all', spansets);
    }
    case 'spanset-operation': {
      const left = candidateOf(stage.left);
      const right = candidateOf(stage.right);
      if (stage.operator === '||') return simplify('any', [right, left]);
      return stage.operator.startsWith('!') ? right : simplify('all', [right, left]);
    }
    default:
      return anySpan;
  }
}

/** `{ … } | count() > 2`, with whatever follows. */
function countedSpans({ stages }: Pipeline): Candidate | undefined {
  const [first, second] = stages;
  if (first?.kind !== 'filter' || second?.kind !== 'scalar-filter') return undefined;
  const value = constantOf(second.right);
  if (second.left.kind !== 'aggregate' || second.left.name !== 'count' || value === undefined) {
    return undefined;
  }
  return { kind: 'count', condition: first.condition, operator: second.operator, value };
}

const isSpanset = (stage: PipelineStage): stage is SpansetExpr =>
  stage.kind === 'filter' || stage.kind === 'spanset-operation' || stage.kind === 'pipeline';

const simplify = (kind: 'all' | 'any', of: readonly Candidate[]): Candidate =>
  of.length === 1 ? (of[0] as Candidate) : { kind, of };
