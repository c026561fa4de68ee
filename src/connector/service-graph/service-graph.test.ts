import { describe, expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/log.ts';
import { type EdgeSpan, edgeBatch } from '../../../test/lib/edge-spans.ts';
import { createFakeRegistry } from '../../../test/lib/fake-registry.ts';
import { createServiceGraph } from './service-graph.ts';
import { defaultServiceGraphSettings, type ServiceGraphSettings } from './settings.ts';

const total = 'traces_service_graph_request_total';
const failed = 'traces_service_graph_request_failed_total';
const unpaired = 'traces_service_graph_unpaired_spans_total';
const dropped = 'traces_service_graph_dropped_spans_total';
const clientSeconds = 'traces_service_graph_request_client_seconds';
const serverSeconds = 'traces_service_graph_request_server_seconds';
const messagingSeconds = 'traces_service_graph_request_messaging_system_seconds';

function start(settings: Partial<ServiceGraphSettings> = {}) {
  const registry = createFakeRegistry();
  const clock = createManualClock(1_700_000_000_000);
  const graph = createServiceGraph({
    settings: { ...defaultServiceGraphSettings, ...settings },
    registry,
    clock,
    meter: createMeter(),
    logger: silentLogger,
  });
  return {
    registry,
    graph,
    send: (...spans: EdgeSpan[]) => graph.observe(edgeBatch(spans)),
    pass: async (ms: number) => {
      clock.advance(ms);
      await graph.tick(clock.nowMs());
    },
    /** Counts, without the braces of labels that are not there. */
    counts: () => Object.fromEntries(registry.counts),
  };
}

const client: EdgeSpan = { service: 'shop', kind: 'client', id: 10, parent: 1, ms: 20 };
const server: EdgeSpan = { service: 'cart', kind: 'server', id: 11, parent: 10, ms: 15 };
const edge = '{client="shop",server="cart"}';

describe('pairs', () => {
  for (const [name, spans] of [
    ['the client first', [client, server]],
    ['the server first', [server, client]],
  ] as const) {
    it(`${name}, in one batch`, () => {
      const { send, counts, registry } = start();
      send(...spans);
      expect(counts()).toEqual({ [total + edge]: 1 });
      expect(registry.values.get(clientSeconds + edge)).toEqual([0.02]);
      expect(registry.values.get(serverSeconds + edge)).toEqual([0.015]);
      expect(registry.traceIds.get(serverSeconds + edge)).toEqual(['1'.padStart(32, '0')]);
    });
    it(`${name}, minutes apart`, async () => {
      const { send, counts, pass } = start();
      send(spans[0]);
      await pass(170_000);
      expect(counts()).toEqual({});
      send(spans[1]);
      await pass(400_000);
      expect(counts()).toEqual({ [total + edge]: 1 });
    });
    it(`${name}: spans that come again count once`, async () => {
      const { send, counts, pass } = start();
      send(spans[0], spans[0], spans[1], spans[1], spans[0]);
      await pass(100_000);
      send(spans[1], spans[0]);
      await pass(400_000);
      expect(counts()).toEqual({ [total + edge]: 1 });
    });
  }

  it.each([
    ['the client', { ...client, isError: true }, server],
    ['the server', client, { ...server, isError: true }],
    ['both', { ...client, isError: true }, { ...server, isError: true }],
  ])('fail when %s failed', (_, one, other) => {
    const { send, counts } = start();
    send(one, other);
    expect(counts()).toEqual({ [total + edge]: 1, [failed + edge]: 1 });
  });

  it('are of one trace, one tenant and one client span', async () => {
    const { send, counts, pass, graph } = start();
    send(client, { ...server, trace: 2 }, { ...server, parent: 12 });
    graph.observe(edgeBatch([server], 'other'));
    await pass(180_000);
    expect(counts()).toEqual({
      [`${unpaired}{client="shop"}`]: 1,
      [`${unpaired}{server="cart"}`]: 2,
      [`other/${unpaired}{server="cart"}`]: 1,
    });
  });

  it('are counted with their service although it asks itself', () => {
    const { send, counts } = start();
    send({ ...client, service: 'cart' }, server);
    expect(counts()).toEqual({ [`${total}{client="cart",server="cart"}`]: 1 });
  });

  it('have the namespaces of their services', () => {
    const { send, counts } = start();
    send({ ...client, resource: { 'service.namespace': 'eu' } }, server);
    const labels = 'client="shop",client_service_namespace="eu",server="cart"';
    expect(counts()).toEqual({ [`${total}{${labels}}`]: 1 });
  });

  it('leave out internal spans, spans without a service, and cycles', async () => {
    const { send, counts, pass } = start();
    send({ ...client, kind: 'internal' }, { ...client, service: '' }, { ...server, service: '' });
    send({ ...server, id: 30, parent: 30 }, { ...client, id: 31, parent: 31, trace: 3 });
    await pass(180_000);
    expect(counts()).toEqual({
      [`${unpaired}{server="cart"}`]: 1,
      [`${unpaired}{client="shop"}`]: 1,
    });
  });

  it('never last less than nothing', () => {
    const { send, registry } = start();
    send({ ...client, ms: -5 }, server);
    expect(registry.values.get(clientSeconds + edge)).toEqual([0]);
  });
});

describe('messages', () => {
  const sent: EdgeSpan = { service: 'shop', kind: 'producer', id: 10, parent: 1, ms: 2 };
  const got: EdgeSpan = {
    service: 'mail',
    kind: 'consumer',
    id: 11,
    parent: 10,
    startMs: 12,
    ms: 5,
  };
  const labels = '{client="shop",connection_type="messaging_system",server="mail"}';

  it.each([
    ['sent first', [sent, got]],
    ['received first', [got, sent]],
  ])('take the time from the end of producing to the start of consuming: %s', (_, spans) => {
    const { send, registry } = start();
    send(...spans);
    expect(Object.fromEntries(registry.counts)).toEqual({ [total + labels]: 1 });
    expect(registry.values.get(messagingSeconds + labels)).toEqual([0.01]);
  });
  it('of clocks that contradict each other have no such time', () => {
    const { send, registry } = start();
    send(sent, { ...got, startMs: -100 });
    expect(registry.counts.get(total + labels)).toBe(1);
    expect(registry.values.get(messagingSeconds + labels)).toBeUndefined();
  });
  it('have no such time when it is switched off', () => {
    const { send, registry } = start({ enableMessagingSystemLatencyHistogram: false });
    send(sent, got);
    expect(registry.values.get(messagingSeconds + labels)).toBeUndefined();
  });
});

describe('databases', () => {
  const names: [string, Record<string, string | number>, string][] = [
    ['peer.service', { 'peer.service': 'pg', 'server.address': 'h', 'db.name': 'd' }, 'pg'],
    ['server.address', { 'server.address': 'h', 'network.peer.address': 'n', 'db.name': 'd' }, 'h'],
    ['its address', { 'network.peer.address': '10.0.0.1', 'db.namespace': 'd' }, '10.0.0.1'],
    [
      'its address and port',
      { 'network.peer.address': 'n', 'network.peer.port': 5432, 'db.system': 's' },
      'n:5432',
    ],
    ['db.namespace', { 'db.namespace': 'new', 'db.name': 'old', 'db.system': 's' }, 'new'],
    ['db.name', { 'db.name': 'old', 'db.system': 's' }, 'old'],
    ['db.system', { 'db.system': 's', 'db.system.name': 't' }, 's'],
    ['db.system.name', { 'db.system.name': 't' }, 't'],
  ];
  it.each(names)('are named by %s', (_, attributes, name) => {
    const { send, counts, registry } = start();
    send({ ...client, attributes });
    const labels = `{client="shop",connection_type="database",server="${name}"}`;
    expect(counts()).toEqual({ [total + labels]: 1 });
    expect(registry.values.get(serverSeconds + labels)).toEqual([0.02]);
  });
  it('are named by the attributes that the settings name', () => {
    const { send, counts } = start({ databaseNameAttributes: ['db.system'] });
    send({ ...client, attributes: { 'db.system': 's', 'db.name': 'd' } });
    expect(counts()).toEqual({
      [`${total}{client="shop",connection_type="database",server="s"}`]: 1,
    });
  });
  it('count once although the span comes again, and fail', async () => {
    const { send, counts, pass } = start();
    const span: EdgeSpan = { ...client, attributes: { 'db.name': 'd' }, isError: true };
    send(span, span);
    await pass(200_000);
    send(span);
    const labels = '{client="shop",connection_type="database",server="d"}';
    expect(counts()).toEqual({ [total + labels]: 1, [failed + labels]: 1 });
  });
  it('that send spans are one edge', async () => {
    const { send, counts, pass } = start();
    send(server, { ...client, attributes: { 'db.name': 'd' } }, server);
    await pass(200_000);
    expect(counts()).toEqual({
      [`${total}{client="shop",connection_type="database",server="d"}`]: 1,
    });
  });
});

describe('virtual nodes', () => {
  const root: EdgeSpan = { service: 'shop', kind: 'server', id: 1 };
  it('ask a root span: the user, or whom it names', () => {
    const { send, counts } = start();
    const named = { 'peer.service': 'till' };
    send(root, root, { ...root, id: 2, isError: true }, { ...root, trace: 2, attributes: named });
    const user = '{client="user",connection_type="virtual_node",server="shop"}';
    expect(counts()).toEqual({
      [total + user]: 2,
      [failed + user]: 1,
      [`${total}{client="till",connection_type="virtual_node",server="shop"}`]: 1,
    });
  });
  it('are asked by a client span that names them, when nobody answered', async () => {
    const { send, counts, pass, registry } = start();
    send({ ...client, attributes: { 'peer.service': 'bank' } });
    await pass(179_000);
    expect(counts()).toEqual({});
    await pass(1000);
    send(server);
    await pass(300_000);
    const labels = '{client="shop",connection_type="virtual_node",server="bank"}';
    expect(counts()).toEqual({ [total + labels]: 1 });
    expect(registry.values.get(clientSeconds + labels)).toEqual([0.02]);
  });
  it('are queues of which nobody sends the other side', async () => {
    const { send, counts, pass } = start();
    const queue = { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' };
    send({ ...client, kind: 'producer', attributes: queue });
    send({ ...root, kind: 'consumer', attributes: { 'messaging.system': 'kafka' } });
    await pass(180_000);
    expect(counts()).toEqual({
      [`${total}{client="shop",connection_type="virtual_node",server="orders"}`]: 1,
      [`${total}{client="kafka",connection_type="virtual_node",server="shop"}`]: 1,
    });
  });
  it('are not there when the other side answers', async () => {
    const { send, counts, pass } = start();
    send({ ...client, attributes: { 'peer.service': 'bank' } }, server);
    await pass(300_000);
    expect(counts()).toEqual({ [total + edge]: 1 });
  });
  it('are not named by a resource', async () => {
    const { send, counts, pass } = start();
    send({ ...client, resource: { 'peer.service': 'bank' } });
    await pass(300_000);
    expect(counts()).toEqual({ [`${unpaired}{client="shop"}`]: 1 });
  });
  it('have a label if wanted', async () => {
    const { send, counts, pass } = start({ enableVirtualNodeLabel: true });
    send(root, { ...client, attributes: { 'peer.service': 'bank' } });
    await pass(300_000);
    expect(Object.keys(counts())).toEqual([
      `${total}{client="user",connection_type="virtual_node",server="shop",virtual_node="client"}`,
      `${total}{client="shop",connection_type="virtual_node",server="bank",virtual_node="server"}`,
    ]);
  });
});

describe('dimensions', () => {
  const spans = [
    { ...client, attributes: { 'app.god': 'ares', beast: 'manticore' } },
    { ...server, attributes: { 'app.god': 'zeus' }, resource: { zone: 'b' } },
  ];
  const dimensions = ['app.god', 'beast', 'zone'];
  it('are labels; what the server says counts', () => {
    const { send, counts } = start({ dimensions });
    send(...spans);
    const labels = 'app_god="zeus",beast="manticore",client="shop",server="cart",zone="b"';
    expect(counts()).toEqual({ [`${total}{${labels}}`]: 1 });
  });
  it('are two labels with prefixes', () => {
    const { send, counts } = start({ dimensions, enableClientServerPrefix: true });
    send(...spans);
    const labels =
      'client="shop",client_app_god="ares",client_beast="manticore",' +
      'server="cart",server_app_god="zeus",server_zone="b"';
    expect(counts()).toEqual({ [`${total}{${labels}}`]: 1 });
  });
  it('never take the place of client and server', () => {
    const { send, counts } = start({ dimensions: ['client', 'connection.type'] });
    send({ ...client, attributes: { client: 'x', 'connection.type': 'y' } }, server);
    expect(counts()).toEqual({ [total + edge]: 1 });
  });
});

describe('bounds', () => {
  it('the oldest make way', async () => {
    const { send, counts, pass } = start({ maxItems: 3 });
    for (let id = 1; id <= 5; id++) send({ ...client, id });
    send({ ...client, id: 6, attributes: { 'peer.service': 'bank' } });
    send({ ...client, id: 7 }, { ...client, id: 8 }, { ...client, id: 9 });
    expect(counts()).toEqual({
      [`${dropped}{client="shop"}`]: 5,
      [`${total}{client="shop",connection_type="virtual_node",server="bank"}`]: 1,
    });
    send({ ...server, parent: 9 }, { ...server, parent: 5 });
    await pass(180_000);
    expect(counts()).toMatchObject({
      [total + edge]: 1,
      [`${unpaired}{client="shop"}`]: 2,
      [`${unpaired}{server="cart"}`]: 1,
    });
  });
  it('long values are cut', () => {
    const { send, counts } = start();
    send({ ...client, attributes: { 'db.name': 'd'.repeat(5000) } });
    expect(Object.keys(counts())[0]).toContain(`server="${'d'.repeat(1024)}"`);
  });
});
