// The family tree of one trace's spans, whatever their clocks, parents and ids look like. Linear in the
// spans, without recursion: traces can be one chain of 100,000. Used by the server and the web page.

/** Times are nanoseconds since any one instant near the trace (a double holds 104 days exactly). */
export interface TreeSpan {
  readonly id: string;
  /** '' for a root. */
  readonly parentId: string;
  readonly start: number;
  readonly end: number;
}

/** Everything by index into the spans that were given. */
export interface SpanTree {
  readonly spans: readonly TreeSpan[];
  /** -1: a root, a span whose parent is not there, or the one where a cycle was cut. */
  readonly parents: Int32Array;
  /** By start, then as given. */
  readonly children: readonly (readonly number[])[];
  /** Spans with parent -1, by start. */
  readonly tops: readonly number[];
  /** Parents before their children, siblings by start. */
  readonly order: Int32Array;
  readonly depths: Int32Array;
  /** Tops that name a parent: it never came, or it is their own descendant. */
  readonly orphans: ReadonlySet<number>;
}

/** Of several spans with one id the first given is the parent of those that name it. */
export function buildSpanTree(spans: readonly TreeSpan[]): SpanTree {
  const parents = findParents(spans);
  const children: number[][] = spans.map(() => []);
  const tops: number[] = [];
  for (const i of byStart(spans)) {
    const parent = parents[i] as number;
    if (parent < 0) tops.push(i);
    else children[parent]?.push(i);
  }
  const order = new Int32Array(spans.length);
  const depths = new Int32Array(spans.length);
  const waiting = [...tops].reverse();
  let at = 0;
  for (let i = waiting.pop(); i !== undefined; i = waiting.pop()) {
    order[at++] = i;
    const own = children[i] as number[];
    for (let c = own.length - 1; c >= 0; c--) {
      const child = own[c] as number;
      depths[child] = (depths[i] as number) + 1;
      waiting.push(child);
    }
  }
  const orphans = new Set(tops.filter((i) => spans[i]?.parentId !== ''));
  return { spans, parents, children, tops, order, depths, orphans };
}

function byStart(spans: readonly TreeSpan[]): number[] {
  const startOf = (i: number): number => (spans[i] as TreeSpan).start;
  return spans.map((_, i) => i).sort((a, b) => startOf(a) - startOf(b) || a - b);
}

function findParents(spans: readonly TreeSpan[]): Int32Array {
  const byId = new Map<string, number>();
  for (const [i, { id }] of spans.entries()) if (!byId.has(id)) byId.set(id, i);
  const parents = Int32Array.from(spans, ({ parentId }, i) => {
    const parent = parentId === '' ? undefined : byId.get(parentId);
    return parent === undefined || parent === i ? -1 : parent;
  });
  cutCycles(spans, parents);
  return parents;
}

/** The span of a cycle that starts first loses its parent. */
function cutCycles(spans: readonly TreeSpan[], parents: Int32Array): void {
  // The walk that came by first; a walk that meets itself again has found a cycle.
  const walks = new Int32Array(spans.length);
  for (let from = 0; from < spans.length; from++) {
    let at = from;
    while (at >= 0 && walks[at] === 0) {
      walks[at] = from + 1;
      at = parents[at] as number;
    }
    if (at < 0 || walks[at] !== from + 1) continue;
    let first = at;
    for (let i = parents[at] as number; i !== at; i = parents[i] as number) {
      if ((spans[i] as TreeSpan).start < (spans[first] as TreeSpan).start) first = i;
    }
    parents[first] = -1;
  }
}
