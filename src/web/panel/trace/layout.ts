// A trace → the tree, the visible rows and the bars of a waterfall. Pure; Waterfall.tsx draws it.

import { formatDurationMs } from '../../chart/format.ts';
import { colourByName } from '../../chart/palette.ts';
import { niceTicks } from '../../chart/scale.ts';
import { nanoToMs, type Span, type Trace, traceBounds } from '../../frame/trace.ts';

export interface SpanNode {
  readonly span: Span;
  readonly depth: number;
  readonly children: readonly SpanNode[];
  /** Of this span and of all below it. */
  readonly spanCount: number;
  readonly errorCount: number;
  /** Its parent is named but is not part of the trace that we have. */
  readonly isOrphan: boolean;
  /** Its parent belongs to another service, so that the name of the service says something. */
  readonly isServiceEntry: boolean;
}

export interface ServiceSummary {
  readonly name: string;
  readonly colour: string;
  readonly spanCount: number;
  readonly errorCount: number;
}

export interface TraceScene {
  readonly roots: readonly SpanNode[];
  readonly services: readonly ServiceSummary[];
  readonly colours: ReadonlyMap<string, string>;
  readonly startNano: bigint;
  readonly durationMs: number;
  readonly errorCount: number;
  readonly rootSpan: Span | undefined;
}

export function layoutTrace(trace: Trace): TraceScene {
  const { startNano, endNano } = traceBounds(trace);
  const roots = buildTree(trace.spans);
  // By name, so that traces of the same services have the same colours.
  const counts = countByService(trace.spans);
  const colours = colourByName([...counts.keys()].sort());
  const services = [...colours].map(([name, colour]) => {
    return { name, colour, spanCount: 0, errorCount: 0, ...counts.get(name) };
  });
  return {
    roots,
    services,
    colours,
    startNano,
    durationMs: nanoToMs(endNano - startNano),
    errorCount: roots.reduce((sum, root) => sum + root.errorCount, 0),
    rootSpan: (roots.find((root) => !root.isOrphan) ?? roots[0])?.span,
  };
}

function countByService(spans: readonly Span[]) {
  const counts = new Map<string, { spanCount: number; errorCount: number }>();
  for (const { serviceName, status } of spans) {
    let count = counts.get(serviceName);
    if (count === undefined) {
      count = { spanCount: 0, errorCount: 0 };
      counts.set(serviceName, count);
    }
    count.spanCount++;
    if (status === 'error') count.errorCount++;
  }
  return counts;
}

/**
 * Parents before children, siblings by start. A span whose parent is missing is a root; so is one
 * span of each circle of parents (broken senders make them), which breaks the circle.
 */
export function buildTree(spans: readonly Span[]): readonly SpanNode[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const childrenOf = new Map<string, Span[]>();
  const roots: Span[] = [];
  for (const span of spans) {
    if (byId.has(span.parentSpanId) && span.parentSpanId !== span.spanId) {
      const siblings = childrenOf.get(span.parentSpanId);
      if (siblings === undefined) childrenOf.set(span.parentSpanId, [span]);
      else siblings.push(span);
    } else roots.push(span);
  }
  const placed = new Set<Span>();
  const nodes = roots.map((root) => toNode(root, childrenOf, placed));
  for (const span of spans) {
    if (!placed.has(span)) nodes.push(toNode(span, childrenOf, placed));
  }
  return nodes;
}

/** Iterative, since a trace may be thousands of spans deep. */
function toNode(root: Span, childrenOf: Map<string, Span[]>, placed: Set<Span>): SpanNode {
  const order: { span: Span; depth: number; parent: number }[] = [];
  const stack = [{ span: root, depth: 0, parent: -1 }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (placed.has(next.span)) continue;
    placed.add(next.span);
    const at = order.push(next) - 1;
    const children = childrenOf.get(next.span.spanId) ?? [];
    for (let i = children.length - 1; i >= 0; i--) {
      const span = children[i];
      if (span !== undefined) stack.push({ span, depth: next.depth + 1, parent: at });
    }
  }
  const childNodes: SpanNode[][] = order.map(() => []);
  let node: SpanNode | undefined;
  for (let i = order.length - 1; i >= 0; i--) {
    const { span, depth, parent } = order[i] as (typeof order)[number];
    const children = (childNodes[i] ?? []).reverse();
    node = {
      span,
      depth,
      children,
      spanCount: children.reduce((sum, child) => sum + child.spanCount, 1),
      errorCount: children.reduce(
        (sum, child) => sum + child.errorCount,
        span.status === 'error' ? 1 : 0,
      ),
      isOrphan: depth === 0 && span.parentSpanId !== '',
      isServiceEntry: order[parent]?.span.serviceName !== span.serviceName,
    };
    childNodes[parent]?.push(node);
  }
  return node as SpanNode;
}

/** What can be seen when the spans of `collapsed` are closed, from top to bottom. */
export function visibleNodes(
  roots: readonly SpanNode[],
  collapsed: ReadonlySet<string>,
): readonly SpanNode[] {
  const rows: SpanNode[] = [];
  const stack = [...roots].reverse();
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    rows.push(node);
    if (collapsed.has(node.span.spanId)) continue;
    for (let i = node.children.length - 1; i >= 0; i--) {
      const child = node.children[i];
      if (child !== undefined) stack.push(child);
    }
  }
  return rows;
}

export interface SpanBar {
  /** Shares of the whole trace, 0 to 1. */
  readonly left: number;
  readonly width: number;
  readonly label: string;
  /** After the bar where there is room, else before it, else in it. */
  readonly labelSide: 'after' | 'before' | 'inside';
  readonly events: readonly { readonly at: number; readonly name: string }[];
}

export function barOf(span: Span, { startNano, durationMs }: TraceScene): SpanBar {
  const total = durationMs || 1;
  const share = (nano: bigint): number => clamp(nanoToMs(nano - startNano) / total);
  const left = share(span.startNano);
  const right = share(span.endNano);
  return {
    left,
    width: Math.max(0, right - left),
    label: formatDurationMs(nanoToMs(span.endNano - span.startNano)),
    labelSide: right <= 0.88 ? 'after' : left > 0.12 ? 'before' : 'inside',
    events: span.events.map(({ name, timeNano }) => ({ at: share(timeNano), name })),
  };
}

const clamp = (share: number): number => Math.min(1, Math.max(0, share));

/** Ticks over the waterfall: shares of the trace and the time since its start. */
export function traceTicks(
  durationMs: number,
  countMax: number,
): readonly { readonly at: number; readonly label: string }[] {
  if (durationMs <= 0) return [{ at: 0, label: '0' }];
  return niceTicks(0, durationMs, countMax).map((timeMs) => ({
    at: timeMs / durationMs,
    label: timeMs === 0 ? '0' : formatDurationMs(timeMs),
  }));
}

/** The spans whose name, service or attributes contain the text; undefined when there is no text. */
export function matchingSpans(
  spans: readonly Span[],
  search: string,
): ReadonlySet<string> | undefined {
  const wanted = search.trim().toLowerCase();
  if (wanted === '') return undefined;
  const matches = (text: unknown): boolean => String(text).toLowerCase().includes(wanted);
  return new Set(
    spans
      .filter(
        (span) =>
          matches(span.name) ||
          matches(span.serviceName) ||
          matches(span.spanId) ||
          span.attributes.some(({ key, value }) => matches(key) || matches(value)),
      )
      .map((span) => span.spanId),
  );
}
