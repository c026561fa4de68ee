// Promtail's and Alloy's files in the running program: files are followed by them, lines get their labels
// and are found by LogQL, and files that change are read again over HTTP.
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSightline } from '../../src/sightline.ts';
import { eventually } from '../lib/eventually.ts';

let folder: string;
let sightline: Awaited<ReturnType<typeof startSightline>> | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-files-'));
  await mkdir(join(folder, 'logs'));
});
afterEach(async () => {
  await sightline?.stop();
  sightline = undefined;
  await rm(folder, { recursive: true, force: true });
});

interface Stream {
  readonly stream: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [time: string, line: string])[];
}

/** Asks as a client of Loki does. */
async function streamsOf(query: string): Promise<readonly Stream[]> {
  await sightline?.flush();
  const params = new URLSearchParams({ query, since: '1h', limit: '100', direction: 'forward' });
  const url = `http://127.0.0.1:${sightline?.ports.loki}/loki/api/v1/query_range?${params}`;
  const response = await fetch(url);
  expect(response.status).toBe(200);
  const { data } = (await response.json()) as { data: { result: readonly Stream[] } };
  return data.result;
}

const until = (query: string, count: number) =>
  eventually(`${count} lines of ${query}`, async () => {
    const streams = await streamsOf(query);
    const lines = streams.flatMap(({ values }) => values.map(([, line]) => line));
    return lines.length >= count ? { streams, lines } : undefined;
  });

const start = async (config: Readonly<Record<string, Readonly<Record<string, string>>>>) => {
  const lines: string[] = [];
  sightline = await startSightline({
    dataDir: join(folder, 'data'),
    config: { ...config, internal_telemetry: { enabled: false } },
    log: (line) => void lines.push(line),
  });
  return lines;
};

const reload = () =>
  fetch(`http://127.0.0.1:${sightline?.ports.prometheus}/-/reload`, { method: 'POST' });

const alloy = (file: string): string => `
// A file that a terminal writes.
loki.source.file "api" {
  targets = [
    {
      __path__ = "${file}",
      job      = "shop-api",
      env      = "local",
    },
  ]
  forward_to = [loki.process.logs.receiver]
}

loki.process "logs" {
  stage.json {
    expressions = {
      level = "level",
    }
  }
  stage.labels {
    values = {
      level = "level",
    }
  }
  forward_to = [loki.write.local.receiver]
}

loki.write "local" {
  endpoint {
    url = "http://loki:3100/loki/api/v1/push"
  }
}
`;

it('follows the files of an Alloy configuration', async () => {
  const file = join(folder, 'logs', 'api.log');
  const config = join(folder, 'config.alloy');
  await writeFile(config, alloy(file));
  await writeFile(file, '{"level":"error","msg":"a"}\n');
  const log = await start({ alloy: { config } });
  const query = `{job="shop-api", env="local", filename="${file}"}`;
  const { streams } = await until(query, 1);
  expect(streams).toMatchObject([{ stream: { level: 'error' } }]);
  await appendFile(file, '{"level":"info","msg":"b"}\n');
  expect((await until(query, 2)).lines.sort()).toEqual([
    '{"level":"error","msg":"a"}',
    '{"level":"info","msg":"b"}',
  ]);
  expect(log.join('\n')).toContain('lines are stored here, not sent to endpoints');
});

it('reads a folder of Alloy files again, and keeps the old one when the new one is wrong', async () => {
  const config = join(folder, 'alloy');
  const [first, second] = ['one.log', 'two.log'].map((name) => join(folder, 'logs', name));
  await mkdir(config);
  await writeFile(join(config, 'a.alloy'), alloy(first as string));
  await writeFile(first as string, 'a\n');
  await writeFile(second as string, 'b\n');
  await start({ alloy: { config } });
  await until('{job="shop-api"}', 1);

  await writeFile(join(config, 'b.alloy'), 'loki.source.kafka "k" {\n}\n');
  const refused = await reload();
  expect(refused.status).toBe(500);
  expect(await refused.text()).toContain(
    'b.alloy:1:1: loki.source.kafka.k: loki.source.kafka is not',
  );
  await appendFile(first as string, 'still\n');
  await until('{job="shop-api"} |= "still"', 1);

  await writeFile(
    join(config, 'b.alloy'),
    `loki.source.file "b" {
  targets    = [{ __path__ = "${second}", job = "second" }]
  forward_to = [loki.process.logs.receiver]
}`,
  );
  expect((await reload()).status).toBe(200);
  expect((await until('{job="second"}', 1)).lines).toEqual(['b']);
  // Nothing of the first file comes again.
  expect((await streamsOf('{job="shop-api"}')).flatMap(({ values }) => values)).toHaveLength(2);
});

const promtail = (job: string): string => `
server: {http_listen_port: 9080, grpc_listen_port: 0}
positions: {filename: ${folder}/positions.yaml}
clients:
  - url: http://loki:3100/loki/api/v1/push
scrape_configs:
  - job_name: files
    static_configs:
      - targets: [localhost]
        labels:
          job: ${job}
          __path__: ${folder}/logs/*.log
    relabel_configs:
      - source_labels: [job]
        regex: (.+)-logs
        target_label: app
        replacement: '\${1}'
    pipeline_stages:
      - regex: {expression: '^(?P<time>\\S+) (?P<level>\\w+) (?P<msg>.*)$'}
      - timestamp: {source: time, format: RFC3339Nano, action_on_failure: fudge}
      - labels: {level: }
      - output: {source: msg}
`;

it('follows the files of a Promtail configuration, and reads it again', async () => {
  const file = join(folder, 'logs', 'web.log');
  const config = join(folder, 'promtail.yaml');
  const time = new Date(Date.now() - 60_000).toISOString();
  await writeFile(config, promtail('web-logs'));
  await writeFile(file, `${time} warn slow answer\n`);
  await start({ promtail: { config_file: config } });
  const { streams, lines } = await until('{app="web"}', 1);
  expect(lines).toEqual(['slow answer']);
  const labels = { job: 'web-logs', app: 'web', level: 'warn', filename: file };
  expect(streams[0]?.stream).toMatchObject(labels);
  expect(streams[0]?.values[0]?.[0]).toBe(`${Date.parse(time)}000000`);

  await writeFile(config, promtail('other-logs'));
  expect((await reload()).status).toBe(200);
  await appendFile(file, `${time} info later\n`);
  expect((await until('{app="other"}', 1)).lines).toEqual(['later']);

  await writeFile(config, `${promtail('third-logs')}      - jsn: {}\n`);
  const refused = await reload();
  expect(refused.status).toBe(500);
  expect(await refused.text()).toMatch(/promtail\.yaml:\d+:9: .*there is no stage jsn/);
});

it('does not start with a configuration that is wrong', async () => {
  const config = join(folder, 'promtail.yaml');
  await writeFile(config, 'scrape_configs: [{job_name: a, windows_events: {}}]\n');
  await expect(start({ promtail: { config_file: config } })).rejects.toThrow(
    'promtail.yaml:1:32: scrape_configs[0].windows_events: the Windows event log is not read here',
  );
});
