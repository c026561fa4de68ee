// Where the time of a trace went: the self time of every span, and the critical path, the chain of work
// that the end of the trace waited for. Walked backwards from the end: of the children that ended before,
// the last to end is what its parent waited for, as in the CRISP paper (Zhang et al., USENIX ATC 2022).
import type { SpanTree, TreeSpan } from './span-tree.ts';

/** A piece of the critical path: while it ran, span `index` itself was what the trace waited for. */
export interface PathPiece {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

export interface TimeUse {
  /** Nanoseconds by span in which none of its children ran. */
  readonly self: Float64Array;
  /** Nanoseconds by span that lie on the critical path. */
  readonly critical: Float64Array;
  /** By start. They do not overlap; between tops of the tree there may be gaps. */
  readonly path: readonly PathPiece[];
}

export function analyseTimes(tree: SpanTree): TimeUse {
  const path = criticalPath(tree);
  const critical = new Float64Array(tree.spans.length);
  for (const { index, start, end } of path) critical[index] = (critical[index] ?? 0) + end - start;
  return { self: selfTimes(tree), critical, path };
}

function selfTimes({ spans, children }: SpanTree): Float64Array {
  return Float64Array.from(spans, ({ start, end }, i) => {
    let covered = 0;
    let reached = start;
    // Children ascend by start.
    for (const child of children[i] as readonly number[]) {
      const { start: childStart, end: childEnd } = spans[child] as TreeSpan;
      const from = Math.max(childStart, reached);
      const to = Math.min(childEnd, end);
      if (to <= from) continue;
      covered += to - from;
      reached = to;
    }
    return Math.max(0, end - start - covered);
  });
}

interface Visit {
  readonly index: number;
  /** What of the span is counted; -Infinity for the trace itself. */
  readonly start: number;
  readonly end: number;
  /** By end, rising; the next to look at is the last. */
  readonly rest: number[];
  cursor: number;
}

const trace = -1;

/**
 * Many senders round starts to milliseconds and measure durations exactly, so that a span seems to begin
 * a little before the one that it waited for has ended.
 */
const isRounding = (overlap: number, duration: number): boolean =>
  overlap > 0 && overlap <= 1e6 && overlap <= duration / 20;

function criticalPath(tree: SpanTree): PathPiece[] {
  const { spans } = tree;
  const endOf = (i: number): number => (spans[i] as TreeSpan).end;
  const visit = (index: number, start: number, end: number): Visit => {
    const children = index === trace ? tree.tops : (tree.children[index] as readonly number[]);
    return {
      index,
      start,
      end,
      cursor: end,
      rest: [...children].sort((a, b) => endOf(a) - endOf(b)),
    };
  };
  const path: PathPiece[] = [];
  const add = ({ index, cursor }: Visit, from: number): void => {
    if (index !== trace && from < cursor) path.push({ index, start: from, end: cursor });
  };
  const stack = [visit(trace, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)];
  // Children may run on after their parent: what lies behind its end is not counted.
  const isClipped = (i: number, { end, cursor }: Visit): boolean =>
    endOf(i) > cursor && cursor === end;
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const child = top.rest.pop();
    if (child === undefined) {
      add(top, Math.max(top.start, Number.MIN_SAFE_INTEGER));
      stack.pop();
      continue;
    }
    const { start, end } = spans[child] as TreeSpan;
    const from = Math.max(start, top.start);
    const to =
      isClipped(child, top) || isRounding(end - top.cursor, end - start) ? top.cursor : end;
    // It ran beside one that ended later, or outside of its parent.
    if (to > top.cursor || from >= to) continue;
    add(top, to);
    top.cursor = from;
    stack.push(visit(child, from, to));
  }
  return path.sort((a, b) => a.start - b.start);
}
