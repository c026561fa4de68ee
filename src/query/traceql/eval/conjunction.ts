// Comparisons on events (or links) that a filter joins by && are about one event (or link): `{ event:name
// = "retry" && event.n > 3 }` asks for a retry whose n is above 3. As Tempo does, where the whole
// filter is such a chain.
import type { Field, FieldExpr } from '../syntax/ast.ts';

export type ItemScope = 'event' | 'link';

export interface Conjunction {
  /** About the span, or about its events in another way. */
  readonly plain: readonly FieldExpr[];
  /** Two or more each. */
  readonly together: readonly {
    readonly scope: ItemScope;
    readonly terms: readonly FieldExpr[];
  }[];
}

const known = new WeakMap<FieldExpr, Conjunction | null>();

/** Undefined where no two of its comparisons are about one event or link. */
export function conjunctionOf(node: FieldExpr): Conjunction | undefined {
  let found = known.get(node);
  if (found === undefined) {
    found = split(node);
    known.set(node, found);
  }
  return found ?? undefined;
}

function split(node: FieldExpr): Conjunction | null {
  const terms = termsOf(node);
  const scopes = new Map(terms.map((term) => [term, scopeOfTerm(term)]));
  const together = (['event', 'link'] as const)
    .map((scope) => ({ scope, terms: terms.filter((term) => scopes.get(term) === scope) }))
    .filter((group) => group.terms.length > 1);
  if (together.length === 0) return null;
  const grouped = new Set(together.flatMap((group) => group.terms));
  return { plain: terms.filter((term) => !grouped.has(term)), together };
}

/** The terms that && joins. */
export function termsOf(node: FieldExpr): FieldExpr[] {
  const terms: FieldExpr[] = [];
  const waiting = [node];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (next.kind === 'binary' && next.operator === '&&') waiting.push(next.right, next.left);
    else terms.push(next);
  }
  return terms;
}

function scopeOfTerm(term: FieldExpr): ItemScope | undefined {
  if (term.kind !== 'binary' || term.operator === '||') return undefined;
  const { left, right } = term;
  if (right.kind === 'static') return itemScopeOf(left);
  return left.kind === 'static' ? itemScopeOf(right) : undefined;
}

/** The scope of a field that has as many values as the span has events or links. */
export function itemScopeOf(node: FieldExpr): ItemScope | undefined {
  if (node.kind !== 'attribute' && node.kind !== 'intrinsic') return undefined;
  const { isParent } = node satisfies Field;
  if (isParent) return undefined;
  const text = node.kind === 'attribute' ? node.scope : node.text.split(':')[0];
  return text === 'event' || text === 'link' ? text : undefined;
}
