// A real Prometheus scrapes our /federate.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../lib/eventually.ts';
import { PrometheusClient } from '../lib/real-client.ts';
import { type RealNodeExporter, startNodeExporter } from '../lib/real-node-exporter.ts';
import { describeReal } from '../lib/real-programs.ts';
import { type RealPrometheus, startPrometheus } from '../lib/real-prometheus.ts';
import { type RealSightline, startSightline } from '../lib/real-sightline.ts';

describeReal('federation', () => {
  let exporter: RealNodeExporter;
  let sightline: RealSightline;
  let prometheus: RealPrometheus;
  let theirs: PrometheusClient;

  beforeAll(async () => {
    exporter = await startNodeExporter();
    sightline = await startSightline({
      'prometheus.yml': `
global: {scrape_interval: 1s, scrape_timeout: 1s, external_labels: {site: here}}
scrape_configs:
- {job_name: node, static_configs: [{targets: ['${exporter.address}']}]}
`,
    });
    const { host } = new URL(sightline.prometheus.url);
    prometheus = await startPrometheus({
      config: `
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
- job_name: federate
  honor_labels: true
  metrics_path: /federate
  params: {'match[]': ['{job="node", __name__=~"node_.+"}', 'up']}
  static_configs: [{targets: ['${host}']}]
`,
    });
    theirs = new PrometheusClient(prometheus.url);
  });
  afterAll(async () => {
    await prometheus?.stop();
    await sightline?.stop();
    await exporter?.stop();
  });

  test('brings all that is chosen, with its own labels and the external ones', async () => {
    const [one] = await eventually('a federated sample', async () => {
      const found = await theirs.series('node_uname_info{site="here"}');
      return found.length > 0 ? found : undefined;
    });
    const [own] = await sightline.prometheus.series('node_uname_info');
    expect(one?.metric).toEqual({ ...own?.metric, site: 'here' });
    expect(one?.metric).toMatchObject({ job: 'node', instance: exporter.address });
    const count = 'count({__name__=~"node_.+", job="node"})';
    const ours = await eventually('as many series', async () => {
      const [our, their] = await Promise.all([
        sightline.prometheus.value(count),
        theirs.value(count),
      ]);
      return our === their ? Number(our) : undefined;
    });
    expect(ours).toBeGreaterThan(300);
    expect(await theirs.value('up{job="federate"}')).toBe('1');
  });

  test('keeps values and the times of the samples', async () => {
    const query = 'node_memory_MemTotal_bytes';
    expect(await theirs.value(query)).toBe(await sightline.prometheus.value(query));
    const [sample] = await theirs.series('node_cpu_seconds_total{mode="user", cpu="0"}[5s]');
    const values = new Map((sample?.values ?? []).map(([time, value]) => [time, value]));
    expect(values.size).toBeGreaterThan(0);
    const [ours] = await sightline.prometheus.series(
      'node_cpu_seconds_total{mode="user", cpu="0"}[1m]',
    );
    const own = new Map((ours?.values ?? []).map(([time, value]) => [time, value]));
    for (const [time, value] of values) expect(own.get(time), String(time)).toBe(value);
  });
});
