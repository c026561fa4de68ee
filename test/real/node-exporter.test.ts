// A real node_exporter, scraped by the built program as a prometheus.yml says.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../lib/eventually.ts';
import { type RealNodeExporter, startNodeExporter } from '../lib/real-node-exporter.ts';
import { describeReal } from '../lib/real-programs.ts';
import { type RealSightline, startSightline } from '../lib/real-sightline.ts';

interface ActiveTarget {
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly health: string;
  readonly lastError: string;
  readonly labels: Readonly<Record<string, string>>;
}

describeReal('a real node_exporter', () => {
  let exporter: RealNodeExporter;
  let sightline: RealSightline;
  beforeAll(async () => {
    exporter = await startNodeExporter();
    sightline = await startSightline({
      'prometheus.yml': `
global: {scrape_interval: 1s, scrape_timeout: 1s, external_labels: {site: here}}
scrape_configs:
- job_name: node
  static_configs: [{targets: ['${exporter.address}'], labels: {env: test}}]
`,
    });
  });
  afterAll(async () => {
    await sightline?.stop();
    await exporter?.stop();
  });

  const targets = async (): Promise<readonly ActiveTarget[]> =>
    (await sightline.prometheus.get<{ activeTargets: ActiveTarget[] }>('targets')).activeTargets;

  test('is up, with its labels and the series of scrapes', async () => {
    const { prometheus } = sightline;
    const up = await eventually('up is 1', async () => {
      const [one] = await prometheus.series('up == 1');
      return one;
    });
    expect(up.metric).toEqual({
      __name__: 'up',
      env: 'test',
      instance: exporter.address,
      job: 'node',
    });
    const samples = Number(await prometheus.value('scrape_samples_scraped'));
    expect(samples).toBeGreaterThan(300);
    expect(Number(await prometheus.value('scrape_series_added'))).toBeLessThanOrEqual(samples);
    expect(Number(await prometheus.value('scrape_duration_seconds'))).toBeGreaterThan(0);
    // Beside them: up and four that begin with scrape_.
    await eventually('as many series as samples', async () => {
      const count = await prometheus.value('count({job="node", __name__=~".+"})');
      const scraped = await prometheus.value('scrape_samples_scraped');
      return Number(count) === Number(scraped) + 5 ? true : undefined;
    });
  });

  test('has its metrics, as its own page shows them', async () => {
    const { prometheus } = sightline;
    const page = await (await fetch(`http://${exporter.address}/metrics`)).text();
    const total = /^node_memory_MemTotal_bytes (\S+)$/m.exec(page)?.[1];
    expect(Number(await prometheus.value('node_memory_MemTotal_bytes'))).toBe(Number(total));
    const names = new Set(page.match(/^[a-z]\w*/gm));
    const known = await prometheus.get<string[]>('label/__name__/values');
    expect([...names].filter((name) => !known.includes(name))).toEqual([]);
    await eventually('a rate over two scrapes', async () => {
      const idle = await prometheus.series('rate(node_cpu_seconds_total{mode="idle"}[10s])');
      return idle.length > 0 ? idle : undefined;
    });
  });

  test('has its types and helps', async () => {
    const page = await (await fetch(`http://${exporter.address}/metrics`)).text();
    const metadata =
      await sightline.prometheus.get<
        Record<string, readonly { type: string; help: string; unit: string }[]>
      >('metadata');
    const wrong = [...page.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\w+)$/gm)].filter(
      ([, name = '', help = '', type]) => {
        const [entry] = metadata[name] ?? [];
        const told = type === 'untyped' ? 'unknown' : type;
        const text = help.replace(/\\([\\n])/g, (_, c) => (c === 'n' ? '\n' : c));
        return entry?.type !== told || entry?.help !== text;
      },
    );
    expect(wrong.map(([text]) => text)).toEqual([]);
    const about = await sightline.prometheus.get<readonly { metric: string; type: string }[]>(
      'targets/metadata?metric=node_cpu_seconds_total',
    );
    expect(about).toMatchObject([{ target: { job: 'node', env: 'test' }, type: 'counter' }]);
  });

  test('is among the targets', async () => {
    const [target, ...more] = await targets();
    expect(more).toEqual([]);
    expect(target).toMatchObject({
      scrapePool: 'node',
      scrapeUrl: `http://${exporter.address}/metrics`,
      health: 'up',
      lastError: '',
      labels: { env: 'test', instance: exporter.address, job: 'node' },
    });
    expect(await sightline.prometheus.get('scrape_pools')).toEqual({ scrapePools: ['node'] });
  });

  test('is stale at once when it has gone', async () => {
    const { prometheus } = sightline;
    await exporter.stop();
    await eventually('up is 0', async () =>
      (await prometheus.value('up')) === '0' ? true : undefined,
    );
    // The scrape that failed marked them, long before the lookback of five minutes ends.
    await eventually('no series left', async () =>
      (await prometheus.value('count({__name__=~"node_.+"})')) === undefined ? true : undefined,
    );
    const [target] = await targets();
    expect(target?.health).toBe('down');
    expect(target?.lastError).toMatch(/ECONNREFUSED/);
  });
});
