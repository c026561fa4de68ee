// Discoveries by file, HTTP, DNS, Docker and Consul, against real files and local servers.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createDiscovery } from '#discovery/create-discovery.ts';
import type { DiscoveryContext } from '#discovery/discovery.ts';
import { createDnsDiscovery } from '#discovery/dns-discovery.ts';
import { startFakeDns } from '../lib/fake-dns.ts';
import { discoveryConfigOf, discoveryContext, FoundTargets } from '../lib/found-targets.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-find-'));
const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function run(
  kind: 'file' | 'http' | 'docker' | 'consul',
  keys: object,
  context = discoveryContext(),
) {
  const found = new FoundTargets(createDiscovery(discoveryConfigOf(kind, keys, folder), context));
  closing.push(() => found.stop());
  return found;
}

const failures = ({ meter }: DiscoveryContext): number =>
  meter
    .collect()
    .find(({ name }) => name === 'sightline_discovery_failures_total')
    ?.points.reduce((sum, { value }) => sum + value, 0) ?? 0;

/** The next failure: the logger is told of each. */
function failing(): { context: DiscoveryContext; next: () => Promise<void> } {
  let waiting: (() => void)[] = [];
  const plain = discoveryContext();
  const warn = (): void => {
    for (const wake of waiting) wake();
    waiting = [];
  };
  return {
    context: { ...plain, logger: { ...plain.logger, warn } },
    next: () => new Promise((resolve) => waiting.push(resolve)),
  };
}

describe('files', () => {
  const write = (name: string, text: string): void => {
    // As ConfigMaps and careful editors do it.
    writeFileSync(join(folder, `.${name}.new`), text);
    renameSync(join(folder, `.${name}.new`), join(folder, name));
  };

  it('are read, watched, and kept as they were good last', async () => {
    const { context, next } = failing();
    write('a.yml', '- targets: [one:1, two:2]\n  labels: {env: prod}\n');
    write('b.json', '[{"targets": ["three:3"]}]');
    const found = run('file', { files: ['*.yml', 'b.json'], refresh_interval: '1h' }, context);
    await found.until(({ groups }) => groups.size === 2);
    expect(found.labels()).toEqual({
      'one:1': { __address__: 'one:1', __meta_filepath: join(folder, 'a.yml'), env: 'prod' },
      'three:3': { __address__: 'three:3', __meta_filepath: join(folder, 'b.json') },
      'two:2': { __address__: 'two:2', __meta_filepath: join(folder, 'a.yml'), env: 'prod' },
    });
    const failed = next();
    write('b.json', '[{"targets": "three:3"}]');
    await failed;
    expect(failures(context)).toBeGreaterThan(0);
    write('a.yml', '- targets: [four:4]\n');
    await found.until((now) => now.addresses().includes('four:4'));
    expect(found.addresses()).toEqual(['four:4', 'three:3']);
    rmSync(join(folder, 'b.json'));
    await found.until((now) => now.addresses().length === 1);
    write('c.yml', '- targets: [five:5]\n');
    await found.until((now) => now.addresses().includes('five:5'));
  });
});

describe('HTTP', () => {
  it('lists are taken, and kept while the server fails', async () => {
    const answers = [
      { status: 200, type: 'application/json; charset=utf-8', body: '[{"targets":["a:1"]}]' },
      { status: 500, type: 'application/json', body: '' },
      { status: 200, type: 'text/html', body: '[]' },
      { status: 200, type: 'application/json', body: '[null]' },
      { status: 200, type: 'application/json', body: '[{"targets":["b:2"],"labels":{"x":"y"}}]' },
    ];
    let asked: Record<string, unknown> = {};
    const host = await serve((request, response) => {
      asked = request.headers;
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      response.writeHead(answer?.status ?? 500, { 'content-type': answer?.type });
      response.end(answer?.body);
    });
    const { context } = failing();
    const url = `http://${host}/targets`;
    const found = run('http', { url, refresh_interval: '50ms' }, context);
    await found.until((now) => now.addresses().includes('a:1'));
    await found.until((now) => now.addresses().includes('b:2'));
    expect(failures(context)).toBeGreaterThanOrEqual(3);
    expect(found.labels()).toEqual({ 'b:2': { __address__: 'b:2', __meta_url: url, x: 'y' } });
    expect(asked['x-prometheus-refresh-interval-seconds']).toBe('0.05');
  });
});

describe('DNS', () => {
  it('records of every type become targets; names that fail keep theirs', async () => {
    const fake = await startFakeDns();
    closing.push(() => fake.close());
    fake.records.set('srv.test', [{ type: 'SRV', target: 'a.test', port: 9100 }]);
    fake.records.set('a.ns.svc', [{ type: 'A', address: '10.0.0.1' }]);
    fake.records.set('mx.test', [{ type: 'MX', target: 'mail.test' }]);
    fake.records.set('ns.test', [{ type: 'NS', target: 'ns1.test' }]);
    const options = { servers: [fake.server], search: ['svc'] };
    const { context, next } = failing();
    const start = (keys: object): FoundTargets => {
      const config = discoveryConfigOf('dns', { refresh_interval: '20ms', ...keys });
      const found = new FoundTargets(createDnsDiscovery(config, context, options));
      closing.push(() => found.stop());
      return found;
    };
    const srv = start({ names: ['srv.test', 'none.test'] });
    const a = start({ names: ['a.ns'], type: 'A', port: 80 });
    const mx = start({ names: ['mx.test'], type: 'mx', port: 25 });
    const ns = start({ names: ['ns.test'], type: 'NS', port: 53 });
    for (const found of [srv, a, mx, ns]) await found.until(({ groups }) => groups.size === 1);
    expect(srv.labels()).toEqual({
      'a.test:9100': {
        __address__: 'a.test:9100',
        __meta_dns_name: 'srv.test',
        __meta_dns_srv_record_port: '9100',
        __meta_dns_srv_record_target: 'a.test.',
      },
    });
    expect(a.labels()['10.0.0.1:80']).toMatchObject({ __meta_dns_name: 'a.ns' });
    expect(mx.labels()['mail.test:25']).toMatchObject({
      __meta_dns_mx_record_target: 'mail.test.',
    });
    expect(ns.labels()['ns1.test:53']).toMatchObject({ __meta_dns_ns_record_target: 'ns1.test.' });
    const failed = next();
    fake.failing = true;
    await failed;
    expect(a.addresses()).toEqual(['10.0.0.1:80']);
    fake.failing = false;
    fake.records.set('a.ns.svc', []);
    await a.until(({ groups }) => groups.size === 0);
  });
});

describe('Docker', () => {
  it('containers become targets by port and network', async () => {
    const containers = [
      {
        Id: 'c1',
        Names: ['/web'],
        Labels: { 'com.docker.compose.service': 'web' },
        HostConfig: { NetworkMode: 'net' },
        NetworkSettings: { Networks: { net: { NetworkID: 'n1', IPAddress: '172.17.0.2' } } },
        Ports: [
          { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
          { PrivatePort: 53, Type: 'udp' },
        ],
      },
      {
        Id: 'c2',
        Names: ['/host'],
        HostConfig: { NetworkMode: 'host' },
        NetworkSettings: {
          Networks: { host: { NetworkID: 'n2', IPAddress: '' } },
        },
        Ports: [],
      },
    ];
    const networks = [{ Id: 'n1', Name: 'net', Scope: 'local', Labels: { tier: 'front' } }];
    const host = await serve((request, response) => {
      const isList = request.url?.startsWith('/containers/json');
      response.end(JSON.stringify(isList ? containers : networks));
    });
    const found = run('docker', { host: `tcp://${host}` });
    await found.until(({ groups }) => groups.size === 1);
    expect(found.addresses()).toEqual(['172.17.0.2:80', 'localhost']);
    expect(found.labels()['172.17.0.2:80']).toMatchObject({
      __meta_docker_container_label_com_docker_compose_service: 'web',
      __meta_docker_container_name: '/web',
      __meta_docker_network_label_tier: 'front',
      __meta_docker_network_name: 'net',
      __meta_docker_port_private: '80',
      __meta_docker_port_public: '8080',
    });
  });
});

describe('what is logged', () => {
  it.each(['http', 'docker'] as const)('has no password of a URL: %s', async (kind) => {
    const host = await serve((_, response) => void response.writeHead(500).end());
    const url = `http://me:hidden@${host}`;
    const plain = discoveryContext();
    const logged = await new Promise<string>((resolve) => {
      const warn = (message: string, fields?: object): void =>
        resolve(`${message} ${JSON.stringify(fields)}`);
      const context = { ...plain, logger: { ...plain.logger, warn } };
      run(kind, kind === 'http' ? { url } : { host: url }, context);
    });
    expect(logged).toContain('http://me:xxxxx@');
    expect(logged).not.toContain('hidden');
  });
});

describe('Consul', () => {
  it('services become targets, with the token and the tags asked for', async () => {
    const seen: string[] = [];
    const host = await serve((request, response) => {
      seen.push(`${request.headers['x-consul-token']} ${request.url}`);
      if (request.url?.startsWith('/v1/catalog/services')) {
        response.end(JSON.stringify({ web: ['v1'], db: [] }));
        return;
      }
      const Node = { Node: 'n', Address: '10.0.0.1', Datacenter: 'dc1', Meta: { 'a-b': 'c' } };
      const Service = { Service: 'web', ID: 'web-1', Address: '', Port: 80, Tags: ['v1', 'x'] };
      const Checks = [{ Status: 'passing' }, { Status: 'warning' }];
      response.end(JSON.stringify([{ Node, Service, Checks }]));
    });
    const found = run('consul', { server: host, token: 't', tags: ['v1'] });
    await found.until(({ groups }) => groups.size === 1);
    expect(found.labels()['10.0.0.1:80']).toMatchObject({
      __meta_consul_dc: 'dc1',
      __meta_consul_health: 'warning',
      __meta_consul_metadata_a_b: 'c',
      __meta_consul_service: 'web',
      __meta_consul_service_id: 'web-1',
      __meta_consul_tags: ',v1,x,',
    });
    expect(seen).toEqual([
      't /v1/catalog/services?stale=',
      't /v1/health/service/web?stale=&tag=v1',
    ]);
  });
});
