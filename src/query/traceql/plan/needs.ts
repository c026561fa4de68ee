// Which parts of spans a pipeline reads: the columns and attributes that a search has to fetch, and
// what its answer shows of each span: every field that the query names, in order, once. A field that
// is only compared with literals shows where one of the comparisons holds, and of several values
// those for which it does.
import { intrinsics } from '../intrinsic/index.ts';
import type {
  Aggregate,
  Binary,
  ComparisonOperator,
  Field,
  FieldExpr,
  PipelineStage,
  ScalarExpr,
  StaticValue,
} from '../syntax/ast.ts';

export interface Needs {
  readonly spanAttributes: readonly string[];
  readonly events: boolean;
  readonly links: boolean;
  readonly arrival: boolean;
}

export interface FieldComparison {
  readonly operator: ComparisonOperator;
  readonly value: StaticValue;
}

export interface ShownField {
  readonly field: Field;
  /** Undefined: always shown. */
  readonly comparisons: readonly FieldComparison[] | undefined;
  /** Shown as the text `nil` where the span has none. */
  readonly isNilShown?: boolean;
}

export function collectNeeds(stage: PipelineStage): { needs: Needs; shown: ShownField[] } {
  const found = new Map<string, { field: Field; comparisons: FieldComparison[] | undefined }>();
  visitStage(stage, (field, comparison) => {
    const own = field.kind === 'intrinsic' ? field.name : `${field.scope}.${field.name}`;
    const key = `${field.isParent} ${own}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { field, comparisons: comparison && [comparison] });
    else if (comparison === undefined) known.comparisons = undefined;
    else known.comparisons?.push(comparison);
  });
  const shown = [...found.values()];
  const fields = shown.map(({ field }) => field);
  const attributes = fields.filter((field) => field.kind === 'attribute');
  const named = fields.filter((field) => field.kind === 'intrinsic');
  const needsPart = (part: 'events' | 'links', scope: 'event' | 'link'): boolean =>
    attributes.some((field) => field.scope === scope) ||
    named.some((field) => intrinsics[field.name].needs === part);
  const spanAttributes = attributes
    .filter((field) => field.scope === 'span' || field.scope === 'none')
    .map((field) => field.name);
  const needs = {
    spanAttributes: [...new Set(spanAttributes)],
    events: needsPart('events', 'event'),
    links: needsPart('links', 'link'),
    arrival: named.some((field) => intrinsics[field.name].needs === 'arrival'),
  };
  return { needs, shown };
}

type Visit = (field: Field, comparison?: FieldComparison) => void;

function visitStage(stage: PipelineStage, visit: Visit): void {
  switch (stage.kind) {
    case 'pipeline':
      for (const inner of stage.stages) visitStage(inner, visit);
      return;
    case 'filter':
      if (stage.condition) visitField(stage.condition, visit);
      return;
    case 'spanset-operation':
      visitStage(stage.left, visit);
      visitStage(stage.right, visit);
      return;
    case 'by':
      visitField(stage.field, visit);
      return;
    case 'select':
      for (const field of stage.fields) visit(field);
      return;
    case 'scalar-filter':
      for (const side of [stage.left, stage.right]) visitScalar(side, visit);
      return;
    case 'coalesce':
      return;
  }
}

function visitScalar(node: ScalarExpr, visit: Visit): void {
  const visitAggregate = ({ field }: Aggregate): void => {
    if (field) visitField(field, visit);
  };
  if (node.kind === 'aggregate') visitAggregate(node);
  if (node.kind === 'scalar-pipeline') {
    visitStage(node.pipeline, visit);
    visitAggregate(node.aggregate);
  }
  if (node.kind === 'scalar-operation') {
    visitScalar(node.left, visit);
    visitScalar(node.right, visit);
  }
}

function visitField(node: FieldExpr, visit: Visit): void {
  switch (node.kind) {
    case 'attribute':
    case 'intrinsic':
      visit(node);
      return;
    case 'unary':
    case 'existence':
      // What is negated shows whatever it is.
      visitField(node.term, (field) => visit(field));
      return;
    case 'binary':
      if (visitComparison(node, visit)) return;
      visitField(node.left, visit);
      visitField(node.right, visit);
      return;
    case 'static':
      return;
  }
}

/** `field operator literal`. */
function visitComparison({ operator, left, right }: Binary, visit: Visit): boolean {
  if (right.kind !== 'static' || (left.kind !== 'attribute' && left.kind !== 'intrinsic')) {
    return false;
  }
  if (operator === '&&' || operator === '||' || '+-*/%^'.includes(operator)) return false;
  // Where a span stands in its tree is shown with every span, as in Tempo.
  if (left.kind === 'intrinsic' && left.name.startsWith('nestedSet')) return false;
  visit(left, { operator: operator as ComparisonOperator, value: right.value });
  return true;
}
