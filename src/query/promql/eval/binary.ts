// Binary operators by the types of their sides.
import { BugError } from '#lib/errors.ts';
import {
  combineVectorsInParts,
  combineWithScalarInParts,
  elementOf,
} from '#query/vector/binary.ts';
import type { TakeNote } from '#query/vector/note.ts';
import type { ElementOperator, SetOperator } from '#query/vector/operation.ts';
import { combineSetsInParts } from '#query/vector/set.ts';
import type { Value } from '../function/definition.ts';
import { vectorOf } from '../function/series.ts';
import type { BinaryNode } from '../plan/node.ts';
import type { NodeEvaluator } from './evaluate.ts';

export async function evaluateBinary(node: BinaryNode, evaluator: NodeEvaluator): Promise<Value> {
  const { operator, isBool, matching, fill } = node;
  const left = await evaluator.evaluate(node.left);
  const right = await evaluator.evaluate(node.right);
  if (isSetOperator(operator)) {
    if (left.kind !== 'vector' || right.kind !== 'vector') throw mistyped();
    const work = combineSetsInParts(operator, left.series, right.series, matching);
    return vectorOf(await evaluator.finish(work));
  }
  if (left.kind === 'scalar' && right.kind === 'scalar') {
    return { kind: 'scalar', values: combineScalars(left.values, right.values, operator) };
  }
  const note: TakeNote = (one) => evaluator.annotate({ ...one, span: node.span });
  if (left.kind === 'vector' && right.kind === 'vector') {
    const operation = { operator, isBool, matching, fill };
    const work = combineVectorsInParts(left.series, right.series, operation, note);
    return vectorOf(await evaluator.finish(work));
  }
  if (left.kind === 'vector' && right.kind === 'scalar') {
    const side = { operator, isBool, scalar: right.values, isScalarLeft: false };
    const work = combineWithScalarInParts(left.series, side, note);
    return vectorOf(await evaluator.finish(work));
  }
  if (left.kind === 'scalar' && right.kind === 'vector') {
    const side = { operator, isBool, scalar: left.values, isScalarLeft: true };
    const work = combineWithScalarInParts(right.series, side, note);
    return vectorOf(await evaluator.finish(work));
  }
  throw mistyped();
}

const mistyped = (): BugError => new BugError('BUG: operands were checked to be numbers');

function isSetOperator(operator: BinaryNode['operator']): operator is SetOperator {
  return operator === 'and' || operator === 'or' || operator === 'unless';
}

function combineScalars(
  left: Float64Array,
  right: Float64Array,
  operator: ElementOperator,
): Float64Array {
  const element = elementOf(operator, true);
  if (!element) throw mistyped();
  return left.map((value, step) => element(value, right[step] as number) as number);
}
