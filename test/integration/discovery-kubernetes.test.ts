// Kubernetes discovery against a faked API server: objects have the shapes that a real one sends.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKubernetesDiscovery } from '#discovery/kubernetes-discovery.ts';
import {
  type FakeKubernetes,
  type FakeObject,
  startFakeKubernetes,
} from '../lib/fake-kubernetes.ts';
import { discoveryConfigOf, discoveryContext, FoundTargets } from '../lib/found-targets.ts';

let fake: FakeKubernetes;
let running: FoundTargets[] = [];
const folder = mkdtempSync(join(tmpdir(), 'sightline-k8s-'));

beforeEach(async () => {
  fake = await startFakeKubernetes();
});
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()));
  running = [];
  await fake.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(keys: object): FoundTargets {
  const config = discoveryConfigOf('kubernetes', { api_server: fake.url, ...keys });
  const found = new FoundTargets(createKubernetesDiscovery(config, discoveryContext()));
  running.push(found);
  return found;
}

const pod = (name: string, ip: string, changes: object = {}): FakeObject => ({
  metadata: {
    name,
    namespace: 'shop',
    uid: `uid-${name}`,
    labels: { app: 'cart', 'app.kubernetes.io/name': 'cart' },
    annotations: { 'prometheus.io/scrape': 'true' },
    ownerReferences: [{ kind: 'ReplicaSet', name: 'cart-1', controller: true }],
  },
  spec: {
    nodeName: 'node-1',
    containers: [
      {
        name: 'main',
        image: 'cart:1',
        ports: [
          { name: 'http', containerPort: 80, protocol: 'TCP' },
          { name: 'metrics', containerPort: 9090, protocol: 'TCP' },
        ],
      },
      { name: 'side', image: 'side:1' },
    ],
  },
  status: {
    podIP: ip,
    hostIP: '192.168.0.1',
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [{ name: 'main', containerID: 'containerd://1' }],
  },
  ...changes,
});

const node: FakeObject = {
  metadata: { name: 'node-1', labels: { zone: 'z1' } },
  spec: { providerID: 'kind://node-1' },
  status: {
    addresses: [
      { type: 'Hostname', address: 'node-1' },
      { type: 'InternalIP', address: '192.168.0.1' },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
  },
};

const service: FakeObject = {
  metadata: { name: 'cart', namespace: 'shop', labels: { team: 'a' } },
  spec: {
    type: 'ClusterIP',
    clusterIP: '10.96.0.1',
    ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
  },
};

describe('pods', () => {
  it('are targets by container and port, with all their labels', async () => {
    fake.put('pods', pod('cart-1', '10.0.0.1'));
    fake.put('pods', pod('waiting', ''));
    fake.put('nodes', node);
    const found = start({ role: 'pod', attach_metadata: { node: true } });
    await found.until(({ groups }) => groups.size === 1);
    expect(found.addresses()).toEqual(['10.0.0.1', '10.0.0.1:80', '10.0.0.1:9090']);
    expect(found.labels()['10.0.0.1:9090']).toEqual({
      __address__: '10.0.0.1:9090',
      __meta_kubernetes_namespace: 'shop',
      __meta_kubernetes_node_label_zone: 'z1',
      __meta_kubernetes_node_labelpresent_zone: 'true',
      __meta_kubernetes_node_name: 'node-1',
      __meta_kubernetes_pod_annotation_prometheus_io_scrape: 'true',
      __meta_kubernetes_pod_annotationpresent_prometheus_io_scrape: 'true',
      __meta_kubernetes_pod_container_id: 'containerd://1',
      __meta_kubernetes_pod_container_image: 'cart:1',
      __meta_kubernetes_pod_container_init: 'false',
      __meta_kubernetes_pod_container_name: 'main',
      __meta_kubernetes_pod_container_port_name: 'metrics',
      __meta_kubernetes_pod_container_port_number: '9090',
      __meta_kubernetes_pod_container_port_protocol: 'TCP',
      __meta_kubernetes_pod_controller_kind: 'ReplicaSet',
      __meta_kubernetes_pod_controller_name: 'cart-1',
      __meta_kubernetes_pod_host_ip: '192.168.0.1',
      __meta_kubernetes_pod_ip: '10.0.0.1',
      __meta_kubernetes_pod_label_app: 'cart',
      __meta_kubernetes_pod_label_app_kubernetes_io_name: 'cart',
      __meta_kubernetes_pod_labelpresent_app: 'true',
      __meta_kubernetes_pod_labelpresent_app_kubernetes_io_name: 'true',
      __meta_kubernetes_pod_name: 'cart-1',
      __meta_kubernetes_pod_node_name: 'node-1',
      __meta_kubernetes_pod_phase: 'Running',
      __meta_kubernetes_pod_ready: 'true',
      __meta_kubernetes_pod_uid: 'uid-cart-1',
    });
  });

  it('come, change and go by watch; pages, ends of watches and bookmarks lose nothing', async () => {
    fake.pageObjects = 2;
    for (let i = 1; i <= 5; i++) fake.put('pods', pod(`p${i}`, `10.0.0.${i}`));
    const found = start({ role: 'pod' });
    await found.until(({ groups }) => groups.size === 5);
    fake.put('pods', pod('p6', '10.0.0.6'));
    await found.until(({ groups }) => groups.size === 6);
    fake.remove('pods', pod('p1', '10.0.0.1'));
    await found.until(({ groups }) => groups.size === 5);
    fake.put('pods', pod('p2', '10.0.1.2'));
    await found.until((now) => now.addresses().includes('10.0.1.2:80'));
    fake.bookmark();
    fake.endWatches();
    // Put while nobody watches: the next watch begins where the last one ended.
    fake.put('pods', pod('p7', '10.0.0.7'));
    await found.until(({ groups }) => groups.size === 6);
    const calls = fake.calls.length;
    expect(fake.calls.filter((call) => !call.includes('watch=1'))).toHaveLength(3);
    // Now the server has forgotten what happened since: everything is listed again.
    fake.endWatches();
    fake.remove('pods', pod('p3', '10.0.0.3'));
    fake.expire();
    await found.until(({ groups }) => groups.size === 5);
    expect(fake.calls.slice(calls).some((call) => !call.includes('watch=1'))).toBe(true);
    expect(found.addresses()).toContain('10.0.0.7:80');
    const watches = fake.calls.filter((call) => call.includes('watch=1'));
    expect(watches[1]).toMatch(/resourceVersion=\d+&allowWatchBookmarks=true/);
  });

  it('selectors and namespaces are asked of the server', async () => {
    fake.put('pods', pod('a', '10.0.0.1'));
    const found = start({
      role: 'pod',
      namespaces: { names: ['shop', 'empty'] },
      selectors: [{ role: 'pod', label: 'app=cart', field: 'status.phase=Running' }],
    });
    await found.until(({ groups }) => groups.size === 1);
    expect(fake.calls).toContain(
      '/api/v1/namespaces/shop/pods?limit=500&labelSelector=app%3Dcart&fieldSelector=status.phase%3DRunning',
    );
    expect(fake.calls.some((call) => call.startsWith('/api/v1/namespaces/empty/pods'))).toBe(true);
  });

  it('that are gone are not thought of any more', async () => {
    fake.put('nodes', node);
    fake.put('pods', pod('a', '10.0.0.1'));
    fake.put('pods', pod('b', '10.0.0.2'));
    const found = start({ role: 'pod', attach_metadata: { node: true } });
    await found.until(({ groups }) => groups.size === 2);
    fake.remove('pods', pod('a', '10.0.0.1'));
    await found.until(({ groups }) => groups.size === 1);
    fake.put('nodes', { ...node, metadata: { name: 'node-1', labels: { zone: 'z2' } } });
    const zone = '__meta_kubernetes_node_label_zone';
    await found.until((now) => now.labels()['10.0.0.2:80']?.[zone] === 'z2');
    expect(found.told).toEqual(['pod/shop/b']);
  });

  it('stay while the server fails, and are looked for again', async () => {
    fake.put('pods', pod('a', '10.0.0.1'));
    const found = start({ role: 'pod' });
    await found.until(({ groups }) => groups.size === 1);
    fake.failing = true;
    const called = fake.nextCall();
    fake.expire();
    await called;
    fake.failing = false;
    fake.put('pods', pod('b', '10.0.0.2'));
    await found.until(({ groups }) => groups.size === 2);
    expect(found.groups.has('pod/shop/a')).toBe(true);
  });
});

describe('the other roles', () => {
  it('node', async () => {
    fake.put('nodes', node);
    const found = start({ role: 'node' });
    await found.until(({ groups }) => groups.size === 1);
    expect(found.labels()['192.168.0.1:10250']).toEqual({
      __address__: '192.168.0.1:10250',
      __meta_kubernetes_node_address_Hostname: 'node-1',
      __meta_kubernetes_node_address_InternalIP: '192.168.0.1',
      __meta_kubernetes_node_label_zone: 'z1',
      __meta_kubernetes_node_labelpresent_zone: 'true',
      __meta_kubernetes_node_name: 'node-1',
      __meta_kubernetes_node_provider_id: 'kind://node-1',
      instance: 'node-1',
    });
  });

  it('service, with its namespace', async () => {
    fake.put('services', service);
    fake.put('namespaces', { metadata: { name: 'shop', labels: { owner: 'x' } } });
    const found = start({ role: 'service', attach_metadata: { namespace: true } });
    await found.until(({ groups }) => groups.size === 1);
    expect(found.labels()['cart.shop.svc:80']).toEqual({
      __address__: 'cart.shop.svc:80',
      __meta_kubernetes_namespace: 'shop',
      __meta_kubernetes_namespace_label_owner: 'x',
      __meta_kubernetes_namespace_labelpresent_owner: 'true',
      __meta_kubernetes_service_cluster_ip: '10.96.0.1',
      __meta_kubernetes_service_label_team: 'a',
      __meta_kubernetes_service_labelpresent_team: 'true',
      __meta_kubernetes_service_name: 'cart',
      __meta_kubernetes_service_port_name: 'http',
      __meta_kubernetes_service_port_number: '80',
      __meta_kubernetes_service_port_protocol: 'TCP',
      __meta_kubernetes_service_type: 'ClusterIP',
    });
  });

  it('endpoints, with services and pods that come later, and uncovered ports', async () => {
    fake.put('endpoints', {
      metadata: { name: 'cart', namespace: 'shop' },
      subsets: [
        {
          addresses: [
            {
              ip: '10.0.0.1',
              nodeName: 'node-1',
              targetRef: { kind: 'Pod', namespace: 'shop', name: 'cart-1' },
            },
          ],
          notReadyAddresses: [{ ip: '10.0.0.9', hostname: 'nine' }],
          ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
        },
      ],
    });
    const found = start({ role: 'endpoints' });
    await found.until(({ groups }) => groups.size === 1);
    expect(found.addresses()).toEqual(['10.0.0.1:80', '10.0.0.9:80']);
    fake.put('pods', pod('cart-1', '10.0.0.1'));
    await found.until((now) => now.addresses().includes('10.0.0.1:9090'));
    fake.put('services', service);
    const serviceName = '__meta_kubernetes_service_name';
    await found.until((now) => now.labels()['10.0.0.1:80']?.[serviceName] === 'cart');
    const labels = found.labels();
    expect(labels['10.0.0.1:80']).toMatchObject({
      __meta_kubernetes_endpoints_name: 'cart',
      __meta_kubernetes_endpoint_ready: 'true',
      __meta_kubernetes_endpoint_port_name: 'http',
      __meta_kubernetes_endpoint_node_name: 'node-1',
      __meta_kubernetes_endpoint_address_target_kind: 'Pod',
      __meta_kubernetes_endpoint_address_target_name: 'cart-1',
      __meta_kubernetes_pod_container_port_name: 'http',
      __meta_kubernetes_service_label_team: 'a',
    });
    expect(labels['10.0.0.9:80']).toMatchObject({
      __meta_kubernetes_endpoint_ready: 'false',
      __meta_kubernetes_endpoint_hostname: 'nine',
    });
    expect(labels['10.0.0.1:9090']).not.toHaveProperty('__meta_kubernetes_endpoint_ready');
  });

  it('endpointslice', async () => {
    fake.put('services', service);
    fake.put('nodes', node);
    fake.put('endpointslices', {
      metadata: {
        name: 'cart-abc',
        namespace: 'shop',
        labels: { 'kubernetes.io/service-name': 'cart' },
      },
      addressType: 'IPv4',
      endpoints: [
        {
          addresses: ['10.0.0.1'],
          conditions: { ready: true, serving: true, terminating: false },
          nodeName: 'node-1',
          zone: 'z1',
        },
      ],
      ports: [{ name: 'http', port: 80, protocol: 'TCP', appProtocol: 'http' }],
    });
    const found = start({ role: 'endpointslice', attach_metadata: { node: true } });
    await found.until(({ groups }) => groups.size === 1);
    expect(found.labels()['10.0.0.1:80']).toMatchObject({
      __meta_kubernetes_endpointslice_name: 'cart-abc',
      __meta_kubernetes_endpointslice_address_type: 'IPv4',
      __meta_kubernetes_endpointslice_port: '80',
      __meta_kubernetes_endpointslice_port_name: 'http',
      __meta_kubernetes_endpointslice_port_protocol: 'TCP',
      __meta_kubernetes_endpointslice_port_app_protocol: 'http',
      __meta_kubernetes_endpointslice_endpoint_conditions_ready: 'true',
      __meta_kubernetes_endpointslice_endpoint_conditions_terminating: 'false',
      __meta_kubernetes_endpointslice_endpoint_node_name: 'node-1',
      __meta_kubernetes_endpointslice_endpoint_zone: 'z1',
      __meta_kubernetes_node_label_zone: 'z1',
      __meta_kubernetes_service_name: 'cart',
    });
  });

  it('ingress', async () => {
    fake.put('ingresses', {
      metadata: { name: 'web', namespace: 'shop' },
      spec: {
        ingressClassName: 'nginx',
        tls: [{ hosts: ['*.shop.test'] }],
        rules: [
          { host: 'a.shop.test', http: { paths: [{ path: '/x' }, {}] } },
          { host: 'plain.test' },
        ],
      },
    });
    const found = start({ role: 'ingress' });
    await found.until(({ groups }) => groups.size === 1);
    const targets = [...found.groups.values()][0]?.targets.map((one) => Object.fromEntries(one));
    expect(targets).toEqual(
      [
        ['a.shop.test', '/x', 'https'],
        ['a.shop.test', '/', 'https'],
        ['plain.test', '/', 'http'],
      ].map(([host, path, scheme]) => ({
        __address__: host,
        __meta_kubernetes_ingress_host: host,
        __meta_kubernetes_ingress_path: path,
        __meta_kubernetes_ingress_scheme: scheme,
      })),
    );
  });
});

describe('the way to the server', () => {
  it('is found by a kubeconfig', async () => {
    mkdirSync(folder, { recursive: true });
    const kubeconfig = {
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'k', user: 'u', namespace: 'shop' } }],
      clusters: [{ name: 'k', cluster: { server: `${fake.url}/` } }],
      users: [{ name: 'u', user: { token: 'abc' } }],
    };
    writeFileSync(join(folder, 'config'), JSON.stringify(kubeconfig));
    fake.put('pods', pod('a', '10.0.0.1'));
    const keys = { role: 'pod', kubeconfig_file: 'config' };
    const config = discoveryConfigOf('kubernetes', keys, folder);
    const found = new FoundTargets(createKubernetesDiscovery(config, discoveryContext()));
    running.push(found);
    await found.until(({ groups }) => groups.size === 1);
    expect(fake.tokens[0]).toBe('Bearer abc');
  });
});
