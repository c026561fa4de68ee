// The part of a condition that the index of attribute values answers (store/migration/007): which
// values a span has to have. In: a field expression; out: what no span that fits it can be without, or
// undefined where the index says nothing. It is a hint: the engine passes over granules by it and never
// computes it for a row, so that the condition itself has to stand beside it.
import { toStoredAttribute } from '#model/attribute.ts';
import { and, arrayOf, call, column, type Expr, lambda, literal } from '#sql/tree.ts';
import type { Binary, FieldExpr } from '../syntax/ast.ts';

/** Of these values a span has one at least. */
type AnyOf = ReadonlySet<string>;

/** The expression of the index, to the letter. */
const indexed = call(
  'arrayMap',
  lambda(
    ['k', 'v'],
    call(
      'if',
      call('startsWith', column('v'), literal('\x05')),
      call('concat', literal('\x05'), column('k')),
      column('v'),
    ),
  ),
  call('mapKeys', column('attributes')),
  call('mapValues', column('attributes')),
);

export function attributeHint(condition: FieldExpr): Expr | undefined {
  const hints = valuesOf(condition).map((values) =>
    call('hasAny', indexed, arrayOf(...[...values].map(literal))),
  );
  return hints.length === 0 ? undefined : call('indexHint', and(...hints));
}

/** Every one of the sets has to be met. */
function valuesOf(node: FieldExpr): readonly AnyOf[] {
  if (node.kind !== 'binary') return [];
  const { operator, left, right } = node;
  if (operator === '&&') return [...valuesOf(left), ...valuesOf(right)];
  if (operator === '||') {
    const [a] = valuesOf(left);
    const [b] = valuesOf(right);
    return a && b ? [new Set([...a, ...b])] : [];
  }
  return operator === '=' ? equalValues(node) : [];
}

/** `span.key = "value"`: the value itself, or an array under the key, whose elements are not indexed. */
function equalValues({ left, right }: Binary): readonly AnyOf[] {
  const [field, value] = left.kind === 'static' ? [right, left] : [left, right];
  if (field.kind !== 'attribute' || field.scope !== 'span' || field.isParent) return [];
  if (value.kind !== 'static' || value.value.type !== 'string') return [];
  // A map answers '' for a key that it does not have.
  if (value.value.value === '') return [];
  return [new Set([toStoredAttribute(value.value.value), `\x05${field.name}`])];
}
