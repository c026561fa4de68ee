// The family tree of one trace. Parents are found by id, so that what hangs on a parent that never
// came, or on itself in a circle, has no place in the tree: it is no root's descendant and gets no
// numbers. Every walk visits a span once.
// Numbers as in the nested set model: https://en.wikipedia.org/wiki/Nested_set_model
import type { TraceSpan } from './trace.ts';

export interface NestedSet {
  readonly left: number;
  readonly right: number;
  /** Left number of the parent; -1 for a root. */
  readonly parent: number;
}

const none: NestedSet = { left: 0, right: 0, parent: 0 };

export class Tree {
  /** In the order of the trace, as children are: by start, then id. */
  readonly roots: readonly TraceSpan[];
  readonly #parents = new Map<TraceSpan, TraceSpan>();
  readonly #children = new Map<TraceSpan, TraceSpan[]>();
  #numbers: Map<TraceSpan, NestedSet> | undefined;

  constructor(spans: readonly TraceSpan[]) {
    const byId = new Map<string, TraceSpan[]>();
    for (const span of spans) {
      const same = byId.get(span.spanId);
      if (same) same.push(span);
      else byId.set(span.spanId, [span]);
    }
    const roots: TraceSpan[] = [];
    for (const span of spans) {
      if (span.parentSpanId === '') roots.push(span);
      else this.#adopt(span, parentAmong(byId.get(span.parentSpanId) ?? [], span));
    }
    this.roots = roots;
  }

  #adopt(child: TraceSpan, parent: TraceSpan | undefined): void {
    if (parent === undefined || parent === child) return;
    this.#parents.set(child, parent);
    const siblings = this.#children.get(parent);
    if (siblings) siblings.push(child);
    else this.#children.set(parent, [child]);
  }

  parentOf(span: TraceSpan): TraceSpan | undefined {
    return this.#parents.get(span);
  }

  childrenOf(span: TraceSpan): readonly TraceSpan[] {
    return this.#children.get(span) ?? noSpans;
  }

  /** Spans with the same parent, itself included; all roots are siblings of each other. */
  siblingsOf(span: TraceSpan): readonly TraceSpan[] {
    if (span.parentSpanId === '') return this.roots;
    const parent = this.#parents.get(span);
    return parent ? this.childrenOf(parent) : noSpans;
  }

  /** Zeros for what hangs on no root. */
  numbersOf(span: TraceSpan): NestedSet {
    this.#numbers ??= this.#number();
    return this.#numbers.get(span) ?? none;
  }

  /** Depth first, as the spans came; without recursion: traces can be one long chain. */
  #number(): Map<TraceSpan, NestedSet> {
    const numbers = new Map<TraceSpan, { left: number; right: number; parent: number }>();
    const stack: { span: TraceSpan; children: readonly TraceSpan[]; next: number }[] = [];
    let counter = 1;
    const enter = (span: TraceSpan, parent: number): void => {
      numbers.set(span, { left: counter++, right: 0, parent });
      stack.push({ span, children: byArrival(this.childrenOf(span)), next: 0 });
    };
    for (const root of byArrival(this.roots)) {
      enter(root, -1);
      for (let top = stack.at(-1); top; top = stack.at(-1)) {
        const own = numbers.get(top.span) as { left: number; right: number };
        const child = top.children[top.next++];
        if (child) enter(child, own.left);
        else {
          own.right = counter++;
          stack.pop();
        }
      }
    }
    return numbers;
  }
}

/** Spans of different requests, and those of before, stay by start, then id. */
const byArrival = (spans: readonly TraceSpan[]): readonly TraceSpan[] =>
  spans.toSorted((a, b) => (a.arrival ?? 0) - (b.arrival ?? 0));

/** OTLP's numbers. */
const kindServer = 2;
const kindClient = 3;
const noSpans: readonly TraceSpan[] = [];

/**
 * Of spans with one id the parent of `child`. Zipkin's client and server share an id: then a server
 * hangs on the client, and everything else on the server. More than two say nothing.
 */
function parentAmong(same: readonly TraceSpan[], child: TraceSpan): TraceSpan | undefined {
  if (same.length < 2) return same[0];
  if (same.length > 2) return undefined;
  const wanted = child.kind === kindServer ? kindClient : kindServer;
  return same.find((span) => span.kind === wanted);
}
