// Two traces side by side. Spans are put together by what they are (service, name, kind) and under
// what they hang, so that repeated calls fall into one line and ids and order do not matter.
import { analyseTimes } from '#model/critical-path.ts';
import { buildSpanTree, type TreeSpan } from '#model/span-tree.ts';

export interface ComparedSpan extends TreeSpan {
  readonly serviceName: string;
  readonly name: string;
  readonly kind: string;
  readonly isError: boolean;
}

/** Of all spans of one trace on one line. */
export interface CallTotals {
  readonly count: number;
  readonly errors: number;
  /** Nanoseconds. */
  readonly duration: number;
  readonly self: number;
  readonly critical: number;
}

export interface CallDifference {
  readonly serviceName: string;
  readonly name: string;
  readonly kind: string;
  readonly depth: number;
  /** Undefined where that trace has no such call. */
  readonly left: CallTotals | undefined;
  readonly right: CallTotals | undefined;
}

type Totals = { -readonly [Name in keyof CallTotals]: CallTotals[Name] };

interface Call {
  readonly serviceName: string;
  readonly name: string;
  readonly kind: string;
  readonly calls: Map<string, Call>;
  left: Totals | undefined;
  right: Totals | undefined;
}

/** One line per call, parents before their children, in the order in which the traces came by them. */
export function compareTraces(
  left: readonly ComparedSpan[],
  right: readonly ComparedSpan[],
): CallDifference[] {
  const root = newCall({ serviceName: '', name: '', kind: '' });
  addTrace(root, 'left', left);
  addTrace(root, 'right', right);
  const lines: CallDifference[] = [];
  const waiting = childrenOf(root, 0);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { call, depth } = next;
    const { serviceName, name, kind } = call;
    lines.push({ serviceName, name, kind, depth, left: call.left, right: call.right });
    for (const child of childrenOf(call, depth + 1)) waiting.push(child);
  }
  return lines;
}

/** The last comes first. */
const childrenOf = (call: Call, depth: number): { call: Call; depth: number }[] =>
  [...call.calls.values()].reverse().map((child) => ({ call: child, depth }));

const newCall = ({
  serviceName,
  name,
  kind,
}: Pick<Call, 'serviceName' | 'name' | 'kind'>): Call => ({
  serviceName,
  name,
  kind,
  calls: new Map(),
  left: undefined,
  right: undefined,
});

function addTrace(root: Call, side: 'left' | 'right', spans: readonly ComparedSpan[]): void {
  const tree = buildSpanTree(spans);
  const { self, critical } = analyseTimes(tree);
  const calls: Call[] = new Array(spans.length);
  for (const i of tree.order) {
    const span = spans[i] as ComparedSpan;
    const parent = tree.parents[i] as number;
    const above = parent < 0 ? root : (calls[parent] as Call);
    const key = JSON.stringify([span.serviceName, span.name, span.kind]);
    const call = above.calls.get(key) ?? newCall(span);
    above.calls.set(key, call);
    calls[i] = call;
    call[side] ??= { count: 0, errors: 0, duration: 0, self: 0, critical: 0 };
    const totals = call[side];
    totals.count++;
    if (span.isError) totals.errors++;
    totals.duration += span.end - span.start;
    totals.self += self[i] as number;
    totals.critical += critical[i] as number;
  }
}
