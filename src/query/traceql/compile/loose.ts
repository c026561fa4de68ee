// Conditions for spans that are going to be evaluated anyway: cheaper to read by, and such that they keep
// every span that fits. `resource.service.name = "shop"` is looked up in the column of service names,
// which has the text of the attribute whatever its type, in place of the resources behind the spans.
import { call, column, type Expr, eq, literal, or } from '#sql/tree.ts';
import { conjunctionOf } from '../eval/conjunction.ts';
import type { FieldExpr } from '../syntax/ast.ts';
import { type Condition, compileCondition, join, type ReadRows } from './condition.ts';

/** Longer names are cut in the column. */
const charactersMax = 250;

export function compileLoosely(node: FieldExpr, rows: ReadRows): Condition {
  // Comparisons about one event stand together, and mean less each for itself.
  if (conjunctionOf(node)) return compileCondition(node, rows);
  if (node.kind === 'binary' && node.operator === '&&') {
    return join('&&', compileLoosely(node.left, rows), compileLoosely(node.right, rows));
  }
  const service = serviceOf(node);
  return service === undefined
    ? compileCondition(node, rows)
    : { expr: isService(service), isExact: false };
}

/** Of an array one element has to be equal; the column has its JSON. */
const isService = (service: string): Expr =>
  or(
    eq(column('service_name'), literal(service)),
    call('startsWith', column('service_name'), literal('[')),
  );

function serviceOf(node: FieldExpr): string | undefined {
  if (node.kind !== 'binary' || node.operator !== '=') return undefined;
  const { left, right } = node;
  if (left.kind !== 'attribute' || left.scope !== 'resource' || left.isParent) return undefined;
  if (left.name !== 'service.name' || right.kind !== 'static') return undefined;
  const { value } = right;
  const isPlain = value.type === 'string' && value.value !== '';
  return isPlain && value.value.length <= charactersMax ? value.value : undefined;
}
