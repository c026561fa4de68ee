import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadPrometheusConfig } from './load.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-monitor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const monitors = `
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: cart, namespace: shop}
spec:
  selector:
    matchLabels: {app.kubernetes.io/name: cart}
    matchExpressions:
      - {key: tier, operator: NotIn, values: [test, dev]}
  namespaceSelector: {matchNames: [shop, prod]}
  jobLabel: team
  endpoints:
    - port: metrics
      path: /actuator/prometheus
      interval: 30s
      relabelings:
        - {sourceLabels: [__meta_kubernetes_pod_node_name], targetLabel: node}
      metricRelabelings:
        - {action: drop, sourceLabels: [__name__], regex: go_.*}
---
kind: PodMonitor
metadata: {name: pods}
spec:
  podMetricsEndpoints: [{port: http}, {targetPort: 9090}]
---
kind: Service
metadata: {name: other}
`;

it('monitors among scrape_config_files become jobs', () => {
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, 'scrape_config_files: [monitors.yml]\n');
  writeFileSync(join(folder, 'monitors.yml'), monitors);
  const { scrapeConfigs } = loadPrometheusConfig({ file, env: {} });
  expect(scrapeConfigs.map(({ jobName }) => jobName)).toEqual([
    'serviceMonitor/shop/cart/0',
    'podMonitor/default/pods/0',
    'podMonitor/default/pods/1',
  ]);
  const [cart, pods] = scrapeConfigs;
  expect(cart).toMatchObject({ metricsPath: '/actuator/prometheus', scrapeIntervalMs: 30_000 });
  expect(cart?.discoveries[0]).toMatchObject({
    kind: 'kubernetes',
    role: 'endpoints',
    namespaces: ['shop', 'prod'],
  });
  const rules = cart?.relabelConfigs.map(
    ({ action, regex, targetLabel }) => `${action} ${regex} ${targetLabel}`,
  );
  expect(rules).toContain('keep (cart);true ');
  expect(rules).toContain('drop (test|dev);true ');
  expect(rules).toContain('keep metrics ');
  expect(rules).toContain('replace (.+) job');
  expect(cart?.metricRelabelConfigs).toHaveLength(1);
  expect(pods?.discoveries[0]).toMatchObject({ role: 'pod', namespaces: ['default'] });
});
