// Scraping real servers into the real engine, and asking the API for what came of it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';
import { encodeFamilies } from '../lib/metric-family.ts';
import { type ScrapeTarget, type ShownPage, startScrapeTarget } from '../lib/scrape-target.ts';

let folder: string;
let file: string;
let sightline: Sightline;
const targets: ScrapeTarget[] = [];

const header = 'global: {scrape_interval: 200ms, scrape_timeout: 200ms}\nscrape_configs:\n';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-scrape-'));
  file = join(folder, 'prometheus.yml');
  await writeFile(file, header);
  sightline = await startSightline({ config: { 'prometheus.config_file': file } });
});
afterAll(async () => {
  await sightline.stop();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  await Promise.all(targets.splice(0).map((target) => target.stop()));
});

const api = (path: string, init?: RequestInit) =>
  fetch(`http://127.0.0.1:${sightline.ports.prometheus}${path}`, init);

async function show(page: ShownPage | string): Promise<ScrapeTarget> {
  const target = await startScrapeTarget(typeof page === 'string' ? { body: page } : page);
  targets.push(target);
  return target;
}

async function reload(jobs: string): Promise<{ status: number; text: string }> {
  await writeFile(file, `${header}${jobs}`);
  const response = await api('/-/reload', { method: 'POST' });
  return { status: response.status, text: await response.text() };
}

const job = (name: string, { address }: ScrapeTarget, keys = ''): string =>
  `- job_name: ${name}\n  static_configs: [{targets: ['${address}']}]\n${keys}`;

/** Two more: what the one before the last showed is on its way to the store then. */
async function scrapedAgain(target: ScrapeTarget): Promise<void> {
  await target.asked(2);
  await sightline.flush();
}

async function query(text: string): Promise<{ metric: Record<string, string>; value: string }[]> {
  const response = await api(`/api/v1/query?query=${encodeURIComponent(text)}`);
  const { data } = (await response.json()) as {
    data: { result: { metric: Record<string, string>; value: [number, string] }[] };
  };
  return data.result.map(({ metric, value }) => ({ metric, value: value[1] }));
}

interface TargetJson {
  readonly health: string;
  readonly lastError: string;
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly labels: Record<string, string>;
}

async function targetOf(pool: string): Promise<TargetJson | undefined> {
  const response = await api('/api/v1/targets?state=active');
  const { data } = (await response.json()) as { data: { activeTargets: TargetJson[] } };
  return data.activeTargets.find(({ scrapePool }) => scrapePool === pool);
}

describe('a target', () => {
  it('is up, and what it shows can be asked for', async () => {
    const page = '# HELP a_total What it is.\n# TYPE a_total counter\na_total{x="1"} 5\n';
    const target = await show(page);
    expect(await reload(job('shown', target))).toEqual({ status: 200, text: '' });
    await scrapedAgain(target);
    expect(await query('a_total')).toEqual([
      {
        metric: { __name__: 'a_total', instance: target.address, job: 'shown', x: '1' },
        value: '5',
      },
    ]);
    expect(await query('up{job="shown"}')).toMatchObject([{ value: '1' }]);
    expect(await query('scrape_samples_scraped{job="shown"}')).toMatchObject([{ value: '1' }]);
    expect(await targetOf('shown')).toMatchObject({
      health: 'up',
      lastError: '',
      scrapeUrl: `http://${target.address}/metrics`,
      labels: { instance: target.address, job: 'shown' },
    });
    expect(target.requests[0]?.headers['accept-encoding']).toBe('gzip');
    const metadata = await (await api('/api/v1/targets/metadata?metric=a_total')).json();
    expect(metadata).toMatchObject({ data: [{ type: 'counter', help: 'What it is.' }] });
    const stored = await (await api('/api/v1/metadata?metric=a_total')).json();
    expect(stored).toMatchObject({ data: { a_total: [{ type: 'counter', help: 'What it is.' }] } });
  });

  it('that shows garbage is down with the reason, and its series end', async () => {
    const target = await show('g 1\n');
    await reload(job('garbage', target));
    await scrapedAgain(target);
    expect(await query('g')).toHaveLength(1);
    target.page = { body: 'g 2\n<html>no page</html>\n' };
    await scrapedAgain(target);
    expect(await query('g')).toEqual([]);
    expect(await query('up{job="garbage"}')).toMatchObject([{ value: '0' }]);
    expect(await targetOf('garbage')).toMatchObject({
      health: 'down',
      lastError: 'line 2, column 1: expected the name of a metric, found "<"',
    });
    target.page = { body: 'g 3\n' };
    await scrapedAgain(target);
    expect(await query('g')).toMatchObject([{ value: '3' }]);
  });

  it('that answers with an error is down', async () => {
    const target = await show({ status: 500, body: 'oops' });
    await reload(job('broken', target));
    await scrapedAgain(target);
    expect(await targetOf('broken')).toMatchObject({
      health: 'down',
      lastError: 'server returned HTTP status 500 Internal Server Error',
    });
  });

  it('breaks a limit', async () => {
    const target = await show('a 1\nb 1\nc 1\n');
    await reload(job('limited', target, '  sample_limit: 2\n'));
    await scrapedAgain(target);
    expect(await targetOf('limited')).toMatchObject({
      lastError: 'sample_limit exceeded (limit: 2)',
    });
    await reload(job('limited', target, '  body_size_limit: 5B\n'));
    await scrapedAgain(target);
    const { lastError } = (await targetOf('limited')) as TargetJson;
    expect(lastError).toContain('body_size_limit exceeded (limit: 5 bytes)');
  });

  it('keeps its own labels, or those of the page', async () => {
    const target = await show('l{job="mine"} 1\n');
    await reload(
      `${job('theirs', target)}${job('honored', target, '  honor_labels: true\n  params: {a: [b]}\n')}`,
    );
    await target.asked(6);
    await sightline.flush();
    expect(await query('l{exported_job="mine",job="theirs"}')).toHaveLength(1);
    expect(await query('l{job="mine"}')).toHaveLength(1);
  });
});

describe('formats', () => {
  it('OpenMetrics: exemplars can be asked for', async () => {
    const body =
      '# TYPE o counter\no_total 17.0 # {trace_id="5b8efff798038103d269b633813fc60c"} 5.0\n# EOF\n';
    const contentType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
    const target = await show({ contentType, body });
    await reload(job('open', target));
    await scrapedAgain(target);
    const end = Date.now() / 1000 + 60;
    const response = await api(
      `/api/v1/query_exemplars?query=o_total&start=${end - 600}&end=${end}`,
    );
    expect(await response.json()).toMatchObject({
      data: [
        {
          seriesLabels: { __name__: 'o_total', job: 'open' },
          exemplars: [{ labels: { trace_id: '5b8efff798038103d269b633813fc60c' }, value: '5' }],
        },
      ],
    });
  });

  it('protobuf: native histograms can be asked for', async () => {
    const histogram = {
      count: 6,
      sum: 18,
      schema: 0,
      positiveSpans: [[1, 2]] as const,
      positiveDeltas: [2, 2],
    };
    const body = encodeFamilies([{ name: 'nh', type: 'histogram', metrics: [{ histogram }] }]);
    const contentType =
      'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';
    const target = await show({ contentType, body });
    await reload(job('native', target, '  scrape_native_histograms: true\n'));
    await scrapedAgain(target);
    expect(target.requests[0]?.headers.accept).toMatch(/^application\/vnd\.google\.protobuf/);
    expect(await query('histogram_count(nh)')).toMatchObject([{ value: '6' }]);
    expect(await query('histogram_avg(nh)')).toMatchObject([{ value: '3' }]);
    target.page = { ...target.page, body: Buffer.alloc(0) };
    await scrapedAgain(target);
    expect(await query('histogram_count(nh)')).toEqual([]);
  });

  it('classic histograms become native ones when asked to', async () => {
    const body =
      '# TYPE c histogram\nc_bucket{le="1"} 1\nc_bucket{le="+Inf"} 4\nc_sum 8\nc_count 4\n';
    const target = await show(body);
    await reload(job('converted', target, '  convert_classic_histograms_to_nhcb: true\n'));
    await scrapedAgain(target);
    expect(await query('histogram_count(c)')).toMatchObject([{ value: '4' }]);
    expect(await query('c_count')).toEqual([]);
  });
});

describe('a reload', () => {
  it('of a wrong file changes nothing and says where it is wrong', async () => {
    const target = await show('r 1\n');
    await reload(job('kept', target));
    await scrapedAgain(target);
    const { status, text } = await reload('- job_name: kept\n  scrape_interval: soon\n');
    expect(status).toBe(500);
    expect(text).toMatch(/prometheus\.yml:4:\d+: .*scrape_interval/);
    await scrapedAgain(target);
    expect(await query('r')).toHaveLength(1);
    const runtime = (await (await api('/api/v1/status/runtimeinfo')).json()) as {
      data: { reloadConfigSuccess: boolean };
    };
    expect(runtime.data.reloadConfigSuccess).toBe(false);
    expect((await reload(job('kept', target))).status).toBe(200);
  });

  it('without a job ends its series two intervals later', async () => {
    const target = await show('e 1\n');
    const other = await show('f 1\n');
    await reload(`${job('ending', target)}${job('staying', other)}`);
    await scrapedAgain(target);
    expect(await query('e')).toHaveLength(1);
    await reload(job('staying', other));
    await other.asked(5);
    await sightline.flush();
    expect(await query('e')).toEqual([]);
    expect(await query('f')).toHaveLength(1);
    expect(await (await api('/api/v1/scrape_pools')).json()).toMatchObject({
      data: { scrapePools: ['staying'] },
    });
  });
});

describe('while the engine is away', () => {
  it('what is scraped waits, and is there afterwards', async () => {
    const target = await show('w 1\n');
    await reload(job('waiting', target));
    await scrapedAgain(target);
    const status = (await (await fetch(`${sightline.url}/api/status`)).json()) as {
      engine: { pid: number };
    };
    process.kill(status.engine.pid, 'SIGKILL');
    const before = target.requests.length;
    await target.asked(5);
    await scrapedAgain(target);
    const [{ value } = { value: '0' }] = await query('count_over_time(w[5m])');
    // All but the last, whose answer may still be read.
    expect(Number(value)).toBeGreaterThanOrEqual(target.requests.length - 2);
    expect(before).toBeGreaterThan(0);
  });
});
