// Clocks of different hosts disagree. A span of another host than its parent's that does not lie
// within the parent is moved into the middle of it, and with it all that hangs below on that host,
// as Jaeger does it. Beyond the allowed distance nothing is moved and the span says so.

import { attributeText } from '#model/attribute.ts';
import type { StoredAttributes, StoredSpan } from '#model/stored-span.ts';
import type { AdjustedSpan } from './adjusted-span.ts';
import { formatGoDuration } from './duration.ts';
import { hexOf, isZero } from './id.ts';

interface Node {
  span: StoredSpan;
  readonly warnings: string[];
  readonly hostKey: string;
  readonly children: Node[];
  isReached: boolean;
}

interface Skew {
  readonly deltaNano: bigint;
  readonly hostKey: string;
}

/** All spans of one trace; `maxNano` 0 moves nothing. */
export function correctClockSkew(spans: readonly AdjustedSpan[], maxNano: bigint): AdjustedSpan[] {
  const nodes = spans.map(
    ({ span, warnings }): Node => ({
      span,
      warnings: [...warnings],
      hostKey: hostKeyOf(span.origin.resourceAttributes),
      children: [],
      isReached: false,
    }),
  );
  for (const root of linkNodes(nodes)) moveBelow(root, maxNano);
  for (const node of nodes) {
    if (!node.isReached) {
      node.warnings.push('the parents of this span form a cycle; skipping clock skew adjustment');
    }
  }
  return nodes.map(({ span, warnings }) => ({ span, warnings }));
}

/** Hangs nodes below their parents; answers those without one. */
function linkNodes(nodes: readonly Node[]): Node[] {
  const byId = new Map<string, Node>();
  for (const node of nodes) {
    const id = hexOf(node.span.spanId);
    if (!byId.has(id)) {
      byId.set(id, node);
      continue;
    }
    node.warnings.push('duplicate span IDs; skipping clock skew adjustment');
    node.isReached = true;
  }
  const roots: Node[] = [];
  for (const node of byId.values()) {
    const { parentSpanId } = node.span;
    const parent = byId.get(hexOf(parentSpanId));
    if (isZero(parentSpanId)) roots.push(node);
    else if (parent) parent.children.push(node);
    else {
      const id = hexOf(parentSpanId);
      node.warnings.push(
        `parent span ID=${id} is not in the trace; skipping clock skew adjustment`,
      );
      roots.push(node);
    }
  }
  return roots;
}

/** Without recursion: a trace can be deeper than the stack. */
function moveBelow(root: Node, maxNano: bigint): void {
  const open: { node: Node; parent: Node | undefined; skew: Skew }[] = [
    { node: root, parent: undefined, skew: { deltaNano: 0n, hostKey: root.hostKey } },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, parent } = next;
    let { skew } = next;
    if (parent && (node.hostKey !== skew.hostKey || node.hostKey === '')) {
      skew = { hostKey: node.hostKey, deltaNano: skewOf(node.span, parent.span) };
    }
    node.isReached = true;
    move(node, skew.deltaNano, maxNano);
    for (const child of node.children) open.push({ node: child, parent: node, skew });
  }
}

function skewOf(child: StoredSpan, parent: StoredSpan): bigint {
  const late = parent.startUnixNano - child.startUnixNano;
  // Longer than its parent: asynchronous, or the parent gave up. It only must not start before it.
  if (child.durationNano > parent.durationNano) return late > 0n ? late : 0n;
  const slack = parent.durationNano - child.durationNano;
  if (late <= 0n && -late <= slack) return 0n;
  // The way there is taken to be as long as the way back.
  return late + slack / 2n;
}

function move(node: Node, deltaNano: bigint, maxNano: bigint): void {
  if (deltaNano === 0n) return;
  const delta = formatGoDuration(deltaNano);
  if (maxNano === 0n) {
    node.warnings.push(`clock skew adjustment disabled; not applying calculated delta of ${delta}`);
    return;
  }
  if ((deltaNano < 0n ? -deltaNano : deltaNano) > maxNano) {
    const max = formatGoDuration(maxNano);
    node.warnings.push(
      `max clock skew adjustment delta of ${max} exceeded; not applying calculated delta of ${delta}`,
    );
    return;
  }
  node.warnings.push(`This span's timestamps were adjusted by ${delta}`);
  const { span } = node;
  node.span = {
    ...span,
    startUnixNano: span.startUnixNano + deltaNano,
    events: span.events.map((event) => ({
      ...event,
      timeUnixNano: event.timeUnixNano + deltaNano,
    })),
  };
}

/** '' where the host is not known: then any two spans may be of two hosts. */
function hostKeyOf(resource: StoredAttributes): string {
  const text = (name: string): string | undefined => {
    const stored = resource.get(name);
    return stored === undefined ? undefined : attributeText(stored);
  };
  const ip = text('host.ip');
  return text('host.id') ?? (ip?.startsWith('[') ? firstOf(ip) : ip) ?? text('host.name') ?? '';
}

function firstOf(list: string): string {
  try {
    return String((JSON.parse(list) as unknown[])[0] ?? '');
  } catch {
    return list;
  }
}
