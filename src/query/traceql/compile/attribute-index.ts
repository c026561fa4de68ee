// The part of a condition that the index of attribute values answers (store/migration/007): which
// values a span has to have. In: a field expression; out: what no span that fits it can be without, or
// undefined where the index says nothing. It is a hint: the engine passes over granules by it and never
// computes it for a row, so that the condition itself has to stand beside it.
import { toStoredAttribute } from '#model/attribute.ts';
import { and, call, type Expr } from '#sql/tree.ts';
import { mayHaveAttribute } from '#store/table/spans.ts';
import type { Binary, FieldExpr } from '../syntax/ast.ts';

/** Of the attributes under these names one at least has one of the values. */
interface AnyOf {
  readonly names: ReadonlySet<string>;
  readonly values: ReadonlySet<string>;
}

export function attributeHint(condition: FieldExpr): Expr | undefined {
  const hints = valuesOf(condition).map(({ names, values }) => mayHaveAttribute(names, values));
  return hints.length === 0 ? undefined : call('indexHint', and(...hints));
}

/** Every one of them has to be met. */
function valuesOf(node: FieldExpr): readonly AnyOf[] {
  if (node.kind !== 'binary') return [];
  const { operator, left, right } = node;
  if (operator === '&&') return [...valuesOf(left), ...valuesOf(right)];
  if (operator === '||') {
    const [a] = valuesOf(left);
    const [b] = valuesOf(right);
    return a && b ? [union(a, b)] : [];
  }
  return operator === '=' ? equalValues(node) : [];
}

/** `span.key = "value"`: the value itself, or an element of an array. */
function equalValues({ left, right }: Binary): readonly AnyOf[] {
  const [field, value] = left.kind === 'static' ? [right, left] : [left, right];
  if (field.kind !== 'attribute' || field.scope !== 'span' || field.isParent) return [];
  if (value.kind !== 'static' || value.value.type !== 'string') return [];
  // A map answers '' for a key that it does not have.
  if (value.value.value === '') return [];
  const stored = toStoredAttribute(value.value.value);
  return [{ names: new Set([field.name]), values: new Set([stored]) }];
}

const union = (a: AnyOf, b: AnyOf): AnyOf => ({
  names: new Set([...a.names, ...b.names]),
  values: new Set([...a.values, ...b.values]),
});
