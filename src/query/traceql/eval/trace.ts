// Spans as evaluation sees them: a whole trace with what the query needs of each span.
export interface SpanOrigin {
  readonly resourceAttributes: ReadonlyMap<string, string>;
  readonly scopeName: string;
  readonly scopeVersion: string;
  readonly scopeAttributes: ReadonlyMap<string, string>;
}

export interface SpanEvent {
  readonly name: string;
  readonly timeUnixNano: bigint;
  readonly attributes: ReadonlyMap<string, string>;
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** Ids are lower-case hex; a span without parent has an empty parent id. */
export interface TraceSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly startUnixNano: bigint;
  readonly durationNano: number;
  readonly name: string;
  readonly serviceName: string;
  readonly kind: number;
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly origin: SpanOrigin;
  readonly attributes: ReadonlyMap<string, string>;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
}

export interface NestedSet {
  readonly left: number;
  readonly right: number;
  readonly parent: number;
}

/** One trace; spans ascend by start, then id, and are unique in both. */
export class Trace {
  readonly traceId: string;
  readonly spans: readonly TraceSpan[];
  readonly startUnixNano: bigint;
  readonly endUnixNano: bigint;
  /** The last span without parent: as Tempo chooses where there are several. */
  readonly root: TraceSpan | undefined;
  #children: Map<string, TraceSpan[]> | undefined;
  #byId: Map<string, TraceSpan> | undefined;
  #nestedSets: Map<TraceSpan, NestedSet> | undefined;

  constructor(traceId: string, spans: readonly TraceSpan[]) {
    this.traceId = traceId;
    this.spans = sortedUnique(spans);
    this.startUnixNano = this.spans[0]?.startUnixNano ?? 0n;
    let end = this.startUnixNano;
    for (const span of this.spans) {
      const spanEnd = span.startUnixNano + BigInt(span.durationNano);
      if (spanEnd > end) end = spanEnd;
    }
    this.endUnixNano = end;
    this.root = this.spans.findLast((span) => span.parentSpanId === '');
  }

  childrenOf(span: TraceSpan): readonly TraceSpan[] {
    if (this.#children === undefined) {
      this.#children = new Map();
      for (const child of this.spans) {
        const siblings = this.#children.get(child.parentSpanId);
        if (siblings) siblings.push(child);
        else this.#children.set(child.parentSpanId, [child]);
      }
    }
    return this.#children.get(span.spanId) ?? [];
  }

  parentOf(span: TraceSpan): TraceSpan | undefined {
    this.#byId ??= new Map(this.spans.map((each) => [each.spanId, each]));
    return span.parentSpanId === '' ? undefined : this.#byId.get(span.parentSpanId);
  }

  /** Numbers of a walk through the tree from its root; zeros for what hangs on no root. */
  nestedSetOf(span: TraceSpan): NestedSet {
    this.#nestedSets ??= numberTree(this);
    return this.#nestedSets.get(span) ?? { left: 0, right: 0, parent: 0 };
  }
}

function sortedUnique(spans: readonly TraceSpan[]): TraceSpan[] {
  const unique = new Map<string, TraceSpan>();
  for (const span of spans) unique.set(`${span.spanId}${span.startUnixNano}`, span);
  return [...unique.values()].sort((a, b) => {
    if (a.startUnixNano !== b.startUnixNano) return a.startUnixNano < b.startUnixNano ? -1 : 1;
    return a.spanId < b.spanId ? -1 : a.spanId > b.spanId ? 1 : 0;
  });
}

/** Depth first without recursion: traces can be one long chain. */
function numberTree(trace: Trace): Map<TraceSpan, NestedSet> {
  const numbered = new Map<TraceSpan, { left: number; right: number; parent: number }>();
  let next = 1;
  for (const root of trace.spans) {
    if (root.parentSpanId !== '') continue;
    const stack: { span: TraceSpan; rest: TraceSpan[] }[] = [];
    const enter = (span: TraceSpan, parent: number): void => {
      if (numbered.has(span)) return;
      numbered.set(span, { left: next++, right: 0, parent });
      stack.push({ span, rest: [...trace.childrenOf(span)].reverse() });
    };
    enter(root, -1);
    while (stack.length > 0) {
      const top = stack[stack.length - 1] as { span: TraceSpan; rest: TraceSpan[] };
      const own = numbered.get(top.span) as { left: number; right: number };
      const child = top.rest.pop();
      if (child) enter(child, own.left);
      else {
        own.right = next++;
        stack.pop();
      }
    }
  }
  return numbered;
}
