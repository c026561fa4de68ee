import { describe, expect, it } from 'vitest';
import { neighboursOf, type ServiceEdge, toServiceGraph } from './service-graph.ts';

const edge = (client: string, server: string, some: Partial<ServiceEdge> = {}): ServiceEdge => ({
  client,
  server,
  connectionType: '',
  rate: 1,
  errorShare: 0,
  p95: undefined,
  ...some,
});

describe('toServiceGraph', () => {
  it('tells services, databases and those that send no spans apart', () => {
    const { nodes } = toServiceGraph([
      edge('user', 'web', { connectionType: 'virtual_node' }),
      edge('web', 'cart'),
      edge('cart', 'carts-db', { connectionType: 'database' }),
      edge('cart', 'mail.example', { connectionType: 'virtual_node' }),
    ]);
    expect(nodes.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
      'cart: service',
      'carts-db: database',
      'mail.example: virtual',
      'user: virtual',
      'web: service',
    ]);
  });

  it('knows the service of an edge to one that sends no spans when there is no other edge', () => {
    const kinds = (client: string, server: string) =>
      toServiceGraph([edge(client, server, { connectionType: 'virtual_node' })]).nodes.map(
        ({ name, kind }) => `${name}: ${kind}`,
      );
    expect(kinds('user', 'web')).toEqual(['user: virtual', 'web: service']);
    expect(kinds('web', 'api.example')).toEqual(['api.example: virtual', 'web: service']);
  });

  it('sums what a service answers, and puts the busiest edge first', () => {
    const { nodes, edges } = toServiceGraph([
      edge('a', 'c', { rate: 1, errorShare: 1 }),
      edge('b', 'c', { rate: 3 }),
    ]);
    expect(nodes.at(-1)).toEqual({ name: 'c', kind: 'service', rate: 4, errorShare: 0.25 });
    expect(edges.map(({ client }) => client)).toEqual(['b', 'a']);
  });
});

describe('neighboursOf', () => {
  it('keeps what a service talks with, and edges among those', () => {
    const graph = toServiceGraph([edge('a', 'b'), edge('b', 'c'), edge('a', 'c'), edge('c', 'd')]);
    const { nodes, edges } = neighboursOf(graph, 'b');
    expect(nodes.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(edges).toHaveLength(3);
  });
});
