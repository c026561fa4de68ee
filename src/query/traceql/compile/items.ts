// Comparisons that have to hold on one event, or one link, of a span: one walk over the arrays that
// the span has of them.
import { and, at, call, column, type Expr, lambda, literal } from '#sql/tree.ts';
import type { ItemScope } from '../eval/conjunction.ts';
import type { ComparisonOperator, Field, FieldExpr, StaticValue } from '../syntax/ast.ts';
import { intrinsicElement } from './intrinsic.ts';
import { compareStored } from './stored.ts';

interface ItemComparison {
  readonly field: Field;
  readonly operator: ComparisonOperator;
  readonly value: StaticValue;
}

const mirrored: Partial<Record<string, ComparisonOperator>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** `field operator literal`, either way round; undefined for everything else. */
function itemComparison(term: FieldExpr): ItemComparison | undefined {
  if (term.kind !== 'binary') return undefined;
  const { left, right, operator } = term;
  const isField = (node: FieldExpr): node is Field =>
    node.kind === 'attribute' || node.kind === 'intrinsic';
  if (isField(left) && right.kind === 'static') {
    return { field: left, operator: operator as ComparisonOperator, value: right.value };
  }
  const mirror = mirrored[operator];
  if (!isField(right) || left.kind !== 'static' || mirror === undefined) return undefined;
  return { field: right, operator: mirror, value: left.value };
}

/** Spans with an item that meets all of them; undefined where one is no such comparison. */
export function compileTogether(scope: ItemScope, terms: readonly FieldExpr[]): Expr | undefined {
  const comparisons = terms.map(itemComparison);
  const parts = comparisons.map((one, i) => one && compileItem(scope, one, `i${i}`));
  if (parts.some((part) => part === undefined)) return undefined;
  const known = parts as readonly { array: Expr; fits: Expr }[];
  const names = known.map((_, i) => `i${i}`);
  const fits = and(...known.map((part) => part.fits));
  return call('arrayExists', lambda(names, fits), ...known.map((part) => part.array));
}

function compileItem(scope: ItemScope, { field, operator, value }: ItemComparison, param: string) {
  if (field.kind === 'intrinsic') return intrinsicElement(field.name, operator, value, param);
  const map = column(param);
  const key = literal(field.name);
  const fits = and(call('mapContains', map, key), compareStored(at(map, key), operator, value));
  return { array: column(`${scope}_attributes`), fits };
}
