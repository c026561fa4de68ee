import { describe, expect, it } from 'vitest';
import { type EdgeSpan, edgeBatch } from '../../../test/lib/edge-spans.ts';
import { createFakeRegistry } from '../../../test/lib/fake-registry.ts';
import { Edges } from './edges.ts';
import { defaultServiceGraphSettings } from './settings.ts';

const total = 'traces_service_graph_request_total';
const client: EdgeSpan = { service: 'shop', kind: 'client', id: 10, parent: 1 };
const server: EdgeSpan = { service: 'cart', kind: 'server', id: 11, parent: 10 };

function make() {
  const registry = createFakeRegistry();
  const settings = { ...defaultServiceGraphSettings, dimensions: ['n'] };
  const edges: Edges = new Edges(
    settings,
    registry,
    (place) => edges.expire(place, 'dropped', true),
    { kept: 50, used: 100 },
  );
  const send = (spans: readonly EdgeSpan[]) => edges.observe(edgeBatch(spans), 0);
  return { edges, send, counts: registry.counts };
}

describe('halves that say many different things', () => {
  it('are forgotten when they are counted, and kept while they wait', () => {
    const { edges, send, counts } = make();
    const waits: EdgeSpan = { ...client, attributes: { n: 'waits' } };
    send([waits]);
    for (let round = 0; round < 5; round++) {
      const from = 1000 * (round + 1);
      const ofDatabase = (i: number) => ({ n: `${from + i}`, 'db.name': 'd' });
      send(
        Array.from({ length: 60 }, (_, i) => ({
          ...client,
          id: from + i,
          attributes: ofDatabase(i),
        })),
      );
      edges.compact();
    }
    send([server]);
    expect(counts.get(`${total}{client="shop",n="waits",server="cart"}`)).toBe(1);
    expect(counts.size).toBe(301);
  });

  it('make way when they are too many', () => {
    const { edges, send, counts } = make();
    const spans = Array.from({ length: 110 }, (_, i) => ({
      ...client,
      id: 100 + i,
      attributes: { 'peer.service': `p${i}` },
    }));
    send(spans);
    edges.compact();
    expect(counts.size).toBe(56);
    expect([...counts.keys()][0]).toContain('server="p0"');
    send([{ ...server, parent: 209 }]);
    expect(counts.get(`${total}{client="shop",server="cart"}`)).toBe(1);
  });
});
