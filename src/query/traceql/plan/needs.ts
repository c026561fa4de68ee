// Which parts of spans a pipeline reads: the columns and attributes that a search has to fetch, and
// the fields that its answer repeats (every field that the query names, in order, once).
import { intrinsics } from '../intrinsic/index.ts';
import type { Aggregate, Field, FieldExpr, PipelineStage, ScalarExpr } from '../syntax/ast.ts';

export interface Needs {
  readonly spanAttributes: readonly string[];
  readonly events: boolean;
  readonly links: boolean;
}

export function collectNeeds(stage: PipelineStage): { needs: Needs; fields: Field[] } {
  const found = new Map<string, Field>();
  visitStage(stage, (field) => {
    const key = field.kind === 'intrinsic' ? field.name : `${field.scope}.${field.name}`;
    if (!found.has(key)) found.set(key, field);
  });
  const fields = [...found.values()];
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
  };
  return { needs, fields };
}

type Visit = (field: Field) => void;

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
      stage.fields.forEach(visit);
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
      visitField(node.term, visit);
      return;
    case 'binary':
      visitField(node.left, visit);
      visitField(node.right, visit);
      return;
    case 'static':
      return;
  }
}
