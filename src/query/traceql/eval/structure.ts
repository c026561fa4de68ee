// Operators between spansets of one trace: sets and the family tree.
// https://grafana.com/docs/tempo/latest/traceql/construct-traceql-queries/#combine-spansets
import type { SpansetOperator } from '../syntax/ast.ts';
import type { Trace, TraceSpan } from './trace.ts';
import type { Tree } from './tree.ts';

type Spans = readonly TraceSpan[];
type Relation = '>' | '>>' | '<' | '<<' | '~';

/** The spans of `left operator right`, in the order of the trace. */
export function operate(operator: SpansetOperator, left: Spans, right: Spans, trace: Trace): Spans {
  if (operator === '&&') return left.length && right.length ? union(left, right, trace) : [];
  if (operator === '||') return union(left, right, trace);
  if (operator.startsWith('!')) {
    const related = relatives(operator.slice(1) as Relation, left, trace);
    // What claims to be its own parent stands in no relation, not even in a negated one.
    return right.filter((span) => !related.has(span) && span.parentSpanId !== span.spanId);
  }
  const isUnion = operator.startsWith('&');
  const relation = (isUnion ? operator.slice(1) : operator) as Relation;
  const found = relatives(relation, left, trace);
  const matched = right.filter((span) => found.has(span));
  if (!isUnion) return matched;
  const back = relatives(inverse[relation], matched, trace);
  return union(
    left.filter((span) => back.has(span)),
    matched,
    trace,
  );
}

const inverse: Record<Relation, Relation> = {
  '>': '<',
  '<': '>',
  '>>': '<<',
  '<<': '>>',
  '~': '~',
};

function union(left: Spans, right: Spans, trace: Trace): Spans {
  const both = new Set([...left, ...right]);
  return trace.spans.filter((span) => both.has(span));
}

/** Every span of the trace that stands in `relation` to one of `spans`: `>` gives the children. */
function relatives(relation: Relation, spans: Spans, { tree }: Trace): Set<TraceSpan> {
  const found = new Set<TraceSpan>();
  switch (relation) {
    case '>':
      for (const span of spans) for (const child of tree.childrenOf(span)) found.add(child);
      return found;
    case '<':
      for (const span of spans) addParent(span, tree, found);
      return found;
    case '>>': {
      const waiting = [...spans];
      for (let span = waiting.pop(); span; span = waiting.pop()) {
        for (const child of tree.childrenOf(span)) {
          if (found.has(child)) continue;
          found.add(child);
          waiting.push(child);
        }
      }
      return found;
    }
    case '<<':
      for (const span of spans) {
        let parent = addParent(span, tree, found);
        while (parent) parent = addParent(parent, tree, found);
      }
      return found;
    case '~':
      return siblings(spans, tree);
  }
}

/** A family is looked at twice at most: its first member has the others, the second has the first. */
function siblings(spans: Spans, tree: Tree): Set<TraceSpan> {
  const found = new Set<TraceSpan>();
  const seen = new Map<readonly TraceSpan[], number>();
  for (const span of spans) {
    const family = tree.siblingsOf(span);
    const times = seen.get(family) ?? 0;
    seen.set(family, times + 1);
    if (times > 1) continue;
    for (const sibling of family) if (sibling !== span) found.add(sibling);
  }
  return found;
}

/** The parent if it was not found before. */
function addParent(span: TraceSpan, tree: Tree, found: Set<TraceSpan>): TraceSpan | undefined {
  const parent = tree.parentOf(span);
  if (!parent || found.has(parent)) return undefined;
  found.add(parent);
  return parent;
}
