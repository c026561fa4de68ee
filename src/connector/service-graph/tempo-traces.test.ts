// The traces that Tempo's own tests of service graphs use, and the edges that they expect.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/log.ts';
import { decoded } from '../../../test/lib/edge-spans.ts';
import { createFakeRegistry } from '../../../test/lib/fake-registry.ts';
import type { JsonObject } from '../../../test/lib/otlp-json.ts';
import { createServiceGraph } from './service-graph.ts';
import { defaultServiceGraphSettings, type ServiceGraphSettings } from './settings.ts';

const folder = join(
  import.meta.dirname,
  '../../../../shared/conformance/traceql/servicegraph-traces',
);
const isThere = existsSync(folder);
const total = 'traces_service_graph_request_total';
const failed = 'traces_service_graph_request_failed_total';
const unpaired = 'traces_service_graph_unpaired_spans_total';

/** Ids of these files are base64, those of OTLP JSON are hex. */
function withHexIds(text: string): JsonObject {
  const isId = (name: string) => ['traceId', 'spanId', 'parentSpanId'].includes(name);
  return JSON.parse(text, (name, value) =>
    isId(name) ? Buffer.from(value, 'base64').toString('hex') : value,
  );
}

async function edgesOf(name: string, settings: Partial<ServiceGraphSettings> = {}) {
  const registry = createFakeRegistry();
  const clock = createManualClock(1_700_000_000_000);
  const deps = { registry, clock, meter: createMeter(), logger: silentLogger };
  const graph = createServiceGraph({
    ...deps,
    settings: { ...defaultServiceGraphSettings, ...settings },
  });
  graph.observe(decoded(withHexIds(readFileSync(join(folder, `${name}.json`), 'utf8'))));
  clock.advance(180_000);
  await graph.tick(clock.nowMs());
  return registry;
}

const direct = 'client="mythical-requester",server="mythical-server"';
const queued =
  'client="mythical-requester",connection_type="messaging_system",server="mythical-recorder"';
const database = (name: string) =>
  `client="mythical-server",connection_type="database",server="${name}"`;
/** Two calls of the requester and two of the server were answered by nobody who sends spans. */
const alone = {
  [`${unpaired}{client="mythical-server"}`]: 2,
  [`${unpaired}{client="mythical-requester"}`]: 2,
};

describe.skipIf(!isThere)(`traces of Tempo's tests (needs ${folder})`, () => {
  it.each([
    ['trace-with-queue-database', 'postgres'],
    ['trace-with-queue-database2', 'mythical-database'],
    ['trace-with-queue-database3', 'mythical-database'],
    ['trace-with-queue-database4', 'mythical-database:5432'],
    ['trace-with-queue-database5', 'mythical-database'],
    ['trace-without-database-name', 'mythical-database'],
    ['trace-with-db-namespace', 'mydb'],
    ['trace-with-both-db-attributes', 'priority-db'],
    ['trace-with-db-system-name', 'postgresql'],
    ['trace-with-db-system-and-system-name', 'mssql'],
  ])('%s', async (name, server) => {
    const { counts, values } = await edgesOf(name);
    expect(Object.fromEntries(counts)).toEqual({
      [`${total}{${direct}}`]: 1,
      [`${total}{${database(server)}}`]: 1,
      [`${total}{${queued}}`]: 1,
      ...alone,
    });
    expect(values.get(`traces_service_graph_request_client_seconds{${database(server)}}`)).toEqual(
      values.get(`traces_service_graph_request_server_seconds{${database(server)}}`),
    );
  });

  it('durations', async () => {
    const { values } = await edgesOf('trace-with-queue-database');
    const of = (which: string, labels: string) =>
      values.get(`traces_service_graph_request_${which}_seconds{${labels}}`)?.[0];
    expect(of('client', direct)).toBeCloseTo(0.0458, 4);
    expect(of('server', direct)).toBeCloseTo(0.03, 4);
    expect(of('client', database('postgres'))).toBeCloseTo(0.0238, 4);
    expect(of('client', queued)).toBeCloseTo(0.000069, 6);
    expect(of('server', queued)).toBeCloseTo(0.0007, 5);
    expect(of('messaging_system', queued)).toBe(0.0098816);
  });

  it('dimensions', async () => {
    const dimensions = ['beast', 'god'];
    const plain = await edgesOf('trace-with-queue-database', { dimensions });
    const labels =
      'beast="manticore",client="mythical-requester",god="zeus",server="mythical-server"';
    expect(plain.counts.get(`${total}{${labels}}`)).toBe(1);
    const settings = { dimensions, enableClientServerPrefix: true };
    const { counts } = await edgesOf('trace-with-queue-database', settings);
    const both =
      'client="mythical-requester",client_beast="manticore",client_god="ares",' +
      'server="mythical-server",server_beast="manticore",server_god="zeus"';
    expect(counts.get(`${total}{${both}}`)).toBe(1);
  });

  it('dimensions of databases and queues, with the label of virtual nodes', async () => {
    const { counts } = await edgesOf('trace-with-queue-database', {
      dimensions: ['db.system', 'messaging.system'],
      enableClientServerPrefix: true,
      enableVirtualNodeLabel: true,
    });
    const ofQueue =
      'client="mythical-requester",client_messaging_system="rabbitmq",' +
      'connection_type="messaging_system",server="mythical-recorder",' +
      'server_messaging_system="rabbitmq"';
    const ofDatabase =
      'client="mythical-server",client_db_system="postgresql",' +
      'connection_type="database",server="postgres"';
    expect(counts.get(`${total}{${ofQueue}}`)).toBe(1);
    expect(counts.get(`${total}{${ofDatabase}}`)).toBe(1);
  });

  it('databases by an attribute of choice', async () => {
    const settings = { databaseNameAttributes: ['db.system'] };
    const { counts } = await edgesOf('trace-with-queue-database', settings);
    expect(counts.get(`${total}{${database('postgresql')}}`)).toBe(1);
  });

  it('failed requests', async () => {
    const { counts } = await edgesOf('trace-with-failed-requests');
    expect(counts.get(`${total}{${direct}}`)).toBe(1);
    expect(counts.get(`${failed}{${direct}}`)).toBe(1);
    expect(counts.get(`${total}{${database('postgres')}}`)).toBe(1);
    expect(counts.get(`${failed}{${database('postgres')}}`)).toBe(1);
  });

  it('virtual nodes', async () => {
    const { counts } = await edgesOf('trace-with-virtual-nodes', { enableVirtualNodeLabel: true });
    const edge = (client: string, server: string, side: string) =>
      `${total}{client="${client}",connection_type="virtual_node",server="${server}",virtual_node="${side}"}`;
    expect(Object.fromEntries(counts)).toEqual({
      [edge('user', 'mythical-server', 'client')]: 1,
      [edge('mythical-requester', 'external-payments-platform', 'server')]: 1,
      [edge('external-producer', 'internal-consumer', 'client')]: 1,
    });
  });

  it('expired edges', async () => {
    const { counts } = await edgesOf('trace-with-expired-edges');
    expect(Object.fromEntries(counts)).toEqual({
      [`${total}{client="user",connection_type="virtual_node",server="mythical-server"}`]: 1,
      [`${total}{client="mythical-server",server="mythical-requester"}`]: 1,
      [`${total}{client="mythical-requester",connection_type="database",server="mysql"}`]: 1,
      [`${unpaired}{server="mythical-requester"}`]: 1,
    });
  });
});
