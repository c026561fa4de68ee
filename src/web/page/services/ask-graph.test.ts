import { expect, it } from 'vitest';
import { toEdges } from './ask-graph.ts';

it('joins rates, failures and durations by both ends', () => {
  const web = { client: 'user', server: 'web', connection_type: 'virtual_node' };
  const cart = { client: 'web', server: 'cart' };
  const edges = toEdges(
    [
      { labels: web, value: 4 },
      { labels: cart, value: 2 },
    ],
    [{ labels: web, value: 1 }],
    [{ labels: cart, value: 0.25 }],
  );
  expect(edges).toEqual([
    {
      client: 'user',
      server: 'web',
      connectionType: 'virtual_node',
      rate: 4,
      errorShare: 0.25,
      p95: undefined,
    },
    { client: 'web', server: 'cart', connectionType: '', rate: 2, errorShare: 0, p95: 0.25 },
  ]);
});
