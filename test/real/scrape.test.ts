// A real Prometheus as the target, in each of the formats that it speaks. It scrapes itself, too: both have the
// same series.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';
import { describeReal } from '../lib/real-programs.ts';
import { type RealPrometheus, startPrometheus } from '../lib/real-prometheus.ts';

const protocols = ['PrometheusText1.0.0', 'OpenMetricsText1.0.0', 'PrometheusProto'] as const;

let folder: string;
let real: RealPrometheus;
let sightline: Sightline;

/** A job per protocol, of the same target. */
const configOf = (address: string, keys: string): string =>
  [
    'global: {scrape_interval: 1s}',
    'scrape_configs:',
    ...protocols.map(
      (protocol) =>
        `- {job_name: ${protocol}, scrape_protocols: [${protocol}]${keys}, static_configs: [{targets: ['${address}']}]}`,
    ),
  ].join('\n');

async function queryAt(url: string, text: string): Promise<Record<string, string>[]> {
  const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(text)}`);
  const { data } = (await response.json()) as {
    data: { result: { metric: Record<string, string>; value: unknown }[] };
  };
  return data.result.map(({ metric, value }) => ({ ...metric, value: JSON.stringify(value) }));
}

const ours = (): string => `http://127.0.0.1:${sightline.ports.prometheus}`;

describeReal('a real target', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sightline-scrape-real-'));
    real = await startPrometheus({ args: ['--enable-feature=native-histograms'] });
    const { host } = new URL(real.url);
    const file = join(folder, 'prometheus.yml');
    await writeFile(file, configOf(host, ', scrape_native_histograms: true'));
    await writeFile(real.configFile, configOf(host, ''));
    await fetch(`${real.url}/-/reload`, { method: 'POST' });
    sightline = await startSightline({ config: { 'prometheus.config_file': file } });
  });
  afterAll(async () => {
    await sightline.stop();
    await real.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is up in every format', async () => {
    for (const protocol of protocols) {
      await expect
        .poll(() => queryAt(ours(), `count_over_time(up{job="${protocol}"}[1m]) > 2`), {
          timeout: 30_000,
        })
        .toHaveLength(1);
      const down = await queryAt(ours(), `min_over_time(up{job="${protocol}"}[1m]) == 0`);
      expect(down).toEqual([]);
    }
  });

  // Series that only appear once something has happened differ between two moments.
  const steady = '{__name__=~"go_.*|process_.*|prometheus_tsdb_.*|prometheus_build_info"}';

  for (const protocol of protocols) {
    it(`has the series that a real Prometheus has of it: ${protocol}`, async () => {
      const selector = steady.replace('}', `,job="${protocol}"}`);
      const names = async (url: string): Promise<string[]> =>
        (await queryAt(url, `count by (__name__, le, quantile, version) (${selector})`))
          .map(({ value: _, ...labels }) => JSON.stringify(Object.entries(labels).sort()))
          .sort();
      // It begins to scrape seconds after the reload, and some series only then begin to be.
      await expect
        .poll(async () => [await names(ours()), await names(real.url)], { timeout: 30_000 })
        .toSatisfy(([our, their]) => their.length > 100 && String(our) === String(their));
    });
  }
});
