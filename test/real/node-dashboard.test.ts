// A day of node_exporter, scraped every 5 s, draws the popular node dashboard without an error.
// What is replayed: one page of the running node_exporter, whole, 17,280 times, its counters growing
// and its gauges swinging (test/lib/node-day.ts), by remote write.
import { existsSync, readFileSync } from 'node:fs';
import { compress } from 'snappy';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replay } from '../lib/node-day.ts';
import { startNodeExporter } from '../lib/real-node-exporter.ts';
import { describeReal } from '../lib/real-programs.ts';
import { type RealSightline, startSightline } from '../lib/real-sightline.ts';

const dashboard = '../shared/corpus/dashboards/node-exporter-full/node-exporter-full.json';
const isThere = existsSync(dashboard);

const stepMs = 5000;
const steps = 17_280;
const target = { instance: 'host:9100', job: 'node' };

interface Panel {
  readonly title?: string;
  readonly targets?: readonly { readonly expr: string }[];
  readonly panels?: readonly Panel[];
}

const withInner = (panels: readonly Panel[]): Panel[] =>
  panels.flatMap((panel) => [panel, ...withInner(panel.panels ?? [])]);

/** Of every panel, with what Grafana puts in for a day on a screen of 720 points. */
function queriesOf(path: string): string[] {
  const { panels } = JSON.parse(readFileSync(path, 'utf8')) as { panels: readonly Panel[] };
  const variables: Readonly<Record<string, string>> = {
    $__rate_interval: '2m15s',
    $diskdevices: '[a-z]+|nvme[0-9]+n[0-9]+',
    $job: target.job,
    $node: target.instance,
  };
  const exprs = withInner(panels).flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  return [...new Set(exprs)].map((expr) =>
    expr.replace(/\$\w+/g, (name) => {
      const value = variables[name];
      if (value === undefined) throw new Error(`${name} in ${expr}`);
      return value;
    }),
  );
}

describeReal('the node dashboard', () => {
  let sightline: RealSightline;
  let endMs: number;
  let sent = 0;

  beforeAll(async () => {
    const exporter = await startNodeExporter(['--collector.processes']);
    const page = await (await fetch(`http://${exporter.address}/metrics`)).text();
    await exporter.stop();
    sightline = await startSightline();
    endMs = Math.floor(Date.now() / stepMs) * stepMs;
    const startMs = endMs - steps * stepMs;
    const bodies = replay({
      page,
      target: Object.entries(target),
      ...{ startMs, endMs, stepMs, stepsPerRequest: 720 },
    });
    for (const body of bodies) {
      const response = await fetch(`${sightline.prometheus.url}/api/v1/write`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-protobuf',
          'content-encoding': 'snappy',
          'x-prometheus-remote-write-version': '0.1.0',
        },
        body: await compress(body),
      });
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
      sent++;
    }
  });
  afterAll(() => sightline?.stop());

  test('has its day', async () => {
    expect(sent).toBe(24);
    const count = await sightline.prometheus.value('count_over_time(up[1d])', endMs / 1000);
    // Beyond the start, which is excluded: the window is open there.
    expect(count).toBe(String(steps - 1));
    expect(
      Number(await sightline.prometheus.value('count({instance="host:9100"})', endMs / 1000)),
    ).toBeGreaterThan(300);
  });

  describe.skipIf(!isThere)(`(only where ${dashboard} exists)`, () => {
    const queries = isThere ? queriesOf(dashboard) : [];
    let drawn = 0;

    test.each(queries)('%s', async (query) => {
      const end = endMs / 1000;
      const answer = await sightline.prometheus.ask(query, { start: end - 86_400, end, step: 120 });
      expect(answer).toMatchObject({ status: 'success', data: { resultType: 'matrix' } });
      if (((answer.data?.result ?? []) as readonly unknown[]).length > 0) drawn++;
    });

    test('most of it shows something', () => {
      expect(queries.length).toBeGreaterThan(200);
      // The rest is about hardware and collectors that a machine may not have.
      expect(drawn).toBeGreaterThan(queries.length * 0.6);
    });
  });
});
