// Operators between spansets of one trace: sets and the family tree.
// https://grafana.com/docs/tempo/latest/traceql/construct-traceql-queries/#combine-spansets
import type { SpansetOperator } from '../syntax/ast.ts';
import type { Trace, TraceSpan } from './trace.ts';

type Spans = readonly TraceSpan[];
type Relation = '>' | '>>' | '<' | '<<' | '~';

/** The spans of `left operator right`, in the order of the trace. */
export function operate(operator: SpansetOperator, left: Spans, right: Spans, trace: Trace): Spans {
  if (operator === '&&') return left.length && right.length ? union(left, right, trace) : [];
  if (operator === '||') return union(left, right, trace);
  if (operator.startsWith('!')) {
    const related = relatives(operator.slice(1) as Relation, left, trace);
    return right.filter((span) => !related.has(span));
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
function relatives(relation: Relation, spans: Spans, trace: Trace): Set<TraceSpan> {
  const found = new Set<TraceSpan>();
  switch (relation) {
    case '>':
      for (const span of spans) for (const child of trace.childrenOf(span)) found.add(child);
      return found;
    case '<':
      for (const span of spans) addParent(span, trace, found);
      return found;
    case '>>': {
      const waiting = [...spans];
      for (let span = waiting.pop(); span; span = waiting.pop()) {
        for (const child of trace.childrenOf(span)) {
          if (found.has(child)) continue;
          found.add(child);
          waiting.push(child);
        }
      }
      return found;
    }
    case '<<':
      for (const span of spans) {
        let parent = addParent(span, trace, found);
        while (parent) parent = addParent(parent, trace, found);
      }
      return found;
    case '~':
      for (const span of spans) {
        if (span.parentSpanId === '') continue;
        const parent = trace.parentOf(span);
        for (const sibling of parent ? trace.childrenOf(parent) : []) {
          if (sibling !== span) found.add(sibling);
        }
      }
      return found;
  }
}

/** The parent if it was not found before. */
function addParent(span: TraceSpan, trace: Trace, found: Set<TraceSpan>): TraceSpan | undefined {
  const parent = trace.parentOf(span);
  if (!parent || found.has(parent)) return undefined;
  found.add(parent);
  return parent;
}
