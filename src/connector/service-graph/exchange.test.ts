// Several service graphs on one store, on one clock that the tests move.
import { describe, expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { OperationError } from '#lib/errors.ts';
import { silentLogger } from '#lib/log.ts';
import type { EdgeHalf, EdgeStore } from '#pipeline/edge-store.ts';
import { type EdgeSpan, edgeBatch } from '../../../test/lib/edge-spans.ts';
import { createFakeRegistry } from '../../../test/lib/fake-registry.ts';
import { createServiceGraph } from './service-graph.ts';
import { defaultServiceGraphSettings } from './settings.ts';

const total = 'traces_service_graph_request_total';
const unpaired = 'traces_service_graph_unpaired_spans_total';

class FakeEdgeStore implements EdgeStore {
  readonly halves: EdgeHalf[] = [];
  isDown = false;
  /** How many turns a write or a question takes. */
  turns = (): number => 0;

  async write(halves: readonly EdgeHalf[]): Promise<void> {
    await this.#ask();
    this.halves.push(...halves);
  }
  async find(tenant: string, keys: readonly bigint[], sinceMs: number): Promise<EdgeHalf[]> {
    await this.#ask();
    const isMeant = (half: EdgeHalf) => half.tenant === tenant && keys.includes(half.edgeKey);
    return this.halves.filter((half) => isMeant(half) && half.writtenMs >= sinceMs);
  }
  async takeReleased(sinceMs: number, take: (halves: EdgeHalf[]) => void): Promise<void> {
    await this.#ask();
    const isMeant = (half: EdgeHalf) => half.isReleased && half.writtenMs >= sinceMs;
    const taken = this.halves.filter(isMeant);
    for (const half of taken) this.halves.splice(this.halves.indexOf(half), 1);
    take(taken.toSorted((a, b) => a.expiresMs - b.expiresMs));
  }
  async #ask(): Promise<void> {
    for (let turn = this.turns(); turn > 0; turn--) await Promise.resolve();
    if (this.isDown) throw new OperationError('store_unavailable', 'down', { retryable: true });
  }
}

function startSeveral(count: number, isShared = true) {
  const clock = createManualClock(1_700_000_000_000);
  const edgeStore = new FakeEdgeStore();
  const registry = createFakeRegistry();
  const settings = defaultServiceGraphSettings;
  const deps = { settings, registry, clock, meter: createMeter(), logger: silentLogger };
  const make = () => createServiceGraph({ ...deps, edgeStore, isShared });
  const graphs = Array.from({ length: count }, make);
  return {
    graphs,
    edgeStore,
    make,
    clock,
    counts: () => Object.fromEntries(registry.counts),
    values: registry.values,
    send: (graph: number, ...spans: EdgeSpan[]) => graphs[graph]?.observe(edgeBatch(spans)),
    /** Ticks of all, every second, the last of the graphs first. */
    pass: async (seconds: number) => {
      for (let i = 0; i < seconds; i++) {
        clock.advance(1000);
        for (const graph of graphs.toReversed()) await graph.tick(clock.nowMs());
      }
    },
  };
}

const peer = { 'peer.service': 'bank' };
const client: EdgeSpan = { service: 'shop', kind: 'client', id: 10, ms: 20, attributes: peer };
const server: EdgeSpan = { service: 'cart', kind: 'server', id: 11, parent: 10, ms: 15 };
const edge = `${total}{client="shop",server="cart"}`;
const virtual = `${total}{client="shop",connection_type="virtual_node",server="bank"}`;

describe('halves of different processes', () => {
  for (const seconds of [0, 3, 60, 165]) {
    for (const [title, spans] of [
      ['the client first', [client, server]],
      ['the server first', [server, client]],
    ] as const) {
      it(`make one edge, ${seconds} s apart: ${title}`, async () => {
        const { send, pass, counts, values } = startSeveral(3);
        send(0, spans[0]);
        await pass(seconds);
        send(1, spans[1]);
        await pass(16);
        expect(counts()).toEqual({ [edge]: 1 });
        expect(
          values.get(edge.replace(total, 'traces_service_graph_request_client_seconds')),
        ).toEqual([0.02]);
        await pass(400);
        expect(counts()).toEqual({ [edge]: 1 });
      });
    }
  }

  it('make one edge each, whenever and wherever they come', async () => {
    const { graphs, clock, edgeStore, counts } = startSeveral(4);
    let state = 7;
    const random = (limit: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % limit;
    };
    edgeStore.turns = () => random(4);
    const edges = 300;
    const arrivals = Array.from({ length: edges }, (_, i) => {
      const at = random(200);
      const parts: EdgeSpan[] = [
        { ...client, id: 1000 + i },
        { ...server, id: 5000 + i, parent: 1000 + i },
      ];
      return parts.map((span) => ({ span, graph: random(4), second: at + random(165) }));
    }).flat();
    for (let second = 0; second < 700; second++) {
      for (const { span, graph } of arrivals.filter((arrival) => arrival.second === second)) {
        graphs[graph]?.observe(edgeBatch([span]));
      }
      clock.advance(1000);
      await Promise.all(graphs.map((graph) => graph.tick(clock.nowMs())));
    }
    expect(counts()).toEqual({ [edge]: edges });
  });

  it('do not meet when one was given up before the other was written', async () => {
    const { send, pass, counts } = startSeveral(2);
    send(0, client);
    await pass(175);
    send(1, server);
    await pass(400);
    expect(counts()).toEqual({ [virtual]: 1, [`${unpaired}{server="cart"}`]: 1 });
  });

  it('that come to several processes count once', async () => {
    const { send, pass, counts } = startSeveral(4);
    send(0, client);
    send(3, client);
    await pass(5);
    send(1, server);
    await pass(1);
    send(2, server);
    await pass(400);
    expect(counts()).toEqual({ [edge]: 1 });
  });

  it('that are alone but came to two processes make one virtual node', async () => {
    const { send, pass, counts } = startSeveral(2);
    send(0, client);
    await pass(1);
    send(1, client);
    await pass(400);
    expect(counts()).toEqual({ [virtual]: 1 });
  });

  it('stay in their process when they meet soon', async () => {
    const { send, pass, counts, edgeStore } = startSeveral(2);
    send(0, client);
    await pass(9);
    send(0, server);
    await pass(300);
    expect(counts()).toEqual({ [edge]: 1 });
    expect(edgeStore.halves).toEqual([]);
  });

  it('meet at home although they have been written', async () => {
    const { send, pass, counts } = startSeveral(2);
    send(0, client);
    await pass(30);
    send(0, server);
    await pass(300);
    expect(counts()).toEqual({ [edge]: 1 });
  });

  it('of messages have the time between them', async () => {
    const { send, pass, values } = startSeveral(2);
    send(0, { ...client, kind: 'producer', ms: 2 });
    await pass(30);
    send(1, { ...server, kind: 'consumer', startMs: 12 });
    await pass(20);
    const name = 'traces_service_graph_request_messaging_system_seconds';
    const labels = '{client="shop",connection_type="messaging_system",server="cart"}';
    expect(values.get(name + labels)).toEqual([0.01]);
  });

  it('wait for a store that does not answer', async () => {
    const { send, pass, counts, edgeStore } = startSeveral(2);
    send(0, client);
    edgeStore.isDown = true;
    await pass(120);
    send(1, server);
    await pass(30);
    edgeStore.isDown = false;
    await pass(400);
    expect(counts()).toEqual({ [edge]: 1 });
  });

  it('are left for others when their process stops', async () => {
    const { graphs, send, pass, counts } = startSeveral(2);
    send(0, client);
    await graphs[0]?.stop();
    await graphs.splice(0, 1);
    await pass(20);
    graphs[0]?.observe(edgeBatch([server]));
    await pass(300);
    expect(counts()).toEqual({ [edge]: 1 });
  });
});

describe('a restart', () => {
  it('loses no half', async () => {
    const { graphs, make, send, pass, counts, clock } = startSeveral(1, false);
    send(0, { ...client, attributes: {} }, { ...server, parent: 20, trace: 7 });
    send(0, { ...client, id: 30 });
    await pass(100);
    await graphs[0]?.stop();
    const next = make();
    clock.advance(20_000);
    await next.start();
    next.observe(edgeBatch([server, { ...client, id: 20, trace: 7 }]));
    expect(counts()).toEqual({ [edge]: 2 });
    clock.advance(60_000);
    await next.tick(clock.nowMs());
    expect(counts()).toEqual({ [edge]: 2, [virtual]: 1 });
    await next.stop();
  });
});
