// Services and the requests between them.

/** As the label connection_type has it; '' is an ordinary request. */
export interface ServiceEdge {
  readonly client: string;
  readonly server: string;
  readonly connectionType: string;
  /** Requests per second. */
  readonly rate: number;
  /** Of the requests, 0 to 1. */
  readonly errorShare: number;
  /** Seconds; undefined where nobody measured. */
  readonly p95: number | undefined;
}

/** `virtual`: it sends no spans; others name it. */
export type ServiceKind = 'service' | 'database' | 'virtual';

export interface ServiceNode {
  readonly name: string;
  readonly kind: ServiceKind;
  /** What it answers per second; 0 for one that only asks. */
  readonly rate: number;
  readonly errorShare: number;
}

export interface ServiceGraph {
  /** By name. */
  readonly nodes: readonly ServiceNode[];
  /** The busiest first. */
  readonly edges: readonly ServiceEdge[];
}

export function toServiceGraph(edges: readonly ServiceEdge[]): ServiceGraph {
  const found = new Map<string, { kind: ServiceKind; rate: number; errors: number }>();
  const at = (name: string) => {
    const node = found.get(name) ?? { kind: 'virtual' as ServiceKind, rate: 0, errors: 0 };
    found.set(name, node);
    return node;
  };
  for (const { client, server, connectionType, rate, errorShare } of edges) {
    const from = at(client);
    const to = at(server);
    to.rate += rate;
    to.errors += rate * errorShare;
    if (connectionType !== 'virtual_node') from.kind = 'service';
    if (connectionType === 'database') {
      if (to.kind === 'virtual') to.kind = 'database';
    } else if (connectionType !== 'virtual_node') to.kind = 'service';
  }
  for (const { client, server, connectionType } of edges) {
    if (connectionType === 'virtual_node') nameRealSide(at(client), at(server), client);
  }
  const nodes = [...found].map(([name, { kind, rate, errors }]) => ({
    name,
    kind,
    rate,
    errorShare: rate === 0 ? 0 : errors / rate,
  }));
  return {
    nodes: nodes.sort((a, b) => (a.name < b.name ? -1 : 1)),
    edges: [...edges].sort((a, b) => b.rate - a.rate),
  };
}

/** One side of such an edge sends spans. Where nothing else tells which, clients are called `user`. */
function nameRealSide(
  from: { kind: ServiceKind },
  to: { kind: ServiceKind },
  client: string,
): void {
  if (from.kind === 'service' || to.kind === 'service') return;
  if (client === 'user') to.kind = 'service';
  else from.kind = 'service';
}

/** The node and all that it talks with, and their requests among each other. */
export function neighboursOf({ nodes, edges }: ServiceGraph, name: string): ServiceGraph {
  const names = new Set([name]);
  for (const { client, server } of edges) {
    if (client === name) names.add(server);
    if (server === name) names.add(client);
  }
  return {
    nodes: nodes.filter((node) => names.has(node.name)),
    edges: edges.filter(({ client, server }) => names.has(client) && names.has(server)),
  };
}
