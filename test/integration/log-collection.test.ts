// Log collection in the running program: files in, LogQL out, over restarts; and a graph of nodes on
// real files.
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startLogGraph } from '../../src/compose/log-graph.ts';
import { assertLogGraph } from '../../src/compose/log-graph-check.ts';
import { logStageTools } from '../../src/compose/log-stage-tools.ts';
import { createDiscovery } from '../../src/discovery/create-discovery.ts';
import { createMeter } from '../../src/internal-telemetry/meter.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLogger } from '../../src/lib/log.ts';
import type { LogCollectionConfig } from '../../src/pipeline/log/collection-config.ts';
import type { CollectedEntry } from '../../src/pipeline/log/entry.ts';
import { createReadTimes } from '../../src/pipeline/log/read-times.ts';
import { StageMetrics } from '../../src/processor/log-stage/stage-metrics.ts';
import { parsePromtailConfig } from '../../src/promtail-config/load.ts';
import { DiskPositions } from '../../src/receiver/positions/disk-positions.ts';
import { startSightline } from '../../src/sightline.ts';
import { eventually } from '../lib/eventually.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-collection-'));
  await mkdir(join(folder, 'logs'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Running = Awaited<ReturnType<typeof startSightline>>;

async function linesOf(sightline: Running, query: string): Promise<string[]> {
  await sightline.flush();
  const start = Date.now() - 3_600_000;
  const { result } = await sightline.query.logql.range(query, { start, limit: 1000 });
  return (result as unknown as { values: [string, string][] }[])
    .flatMap(({ values }) => values.map(([, line]) => line))
    .sort();
}

const untilLines = (sightline: Running, query: string, expected: readonly string[]) =>
  eventually(`${expected.length} lines`, async () => {
    const lines = await linesOf(sightline, query);
    return lines.length >= expected.length ? lines : undefined;
  });

it('collects logs.files, and goes on where it stopped', async () => {
  const file = join(folder, 'logs', 'app.log');
  const start = () =>
    startSightline({
      dataDir: join(folder, 'data'),
      config: {
        logs: { files: join(folder, 'logs', '*.log') },
        internal_telemetry: { enabled: false },
      },
    });
  await writeFile(file, 'one\ntwo\n');
  const first = await start();
  try {
    expect(await untilLines(first, '{job="files"}', ['', ''])).toEqual(['one', 'two']);
  } finally {
    await first.stop();
  }
  await appendFile(file, 'three\n');
  const second = await start();
  try {
    const query = `{job="files", filename="${file}"}`;
    expect(await untilLines(second, query, ['', '', ''])).toEqual(['one', 'three', 'two']);
  } finally {
    await second.stop();
  }
});

it('collects what a Promtail file says', async () => {
  const file = join(folder, 'logs', 'api.log');
  const promtail = join(folder, 'promtail.yml');
  await writeFile(promtail, promtailFile('api'));
  const lines = ['{"level":"warn","msg":"a"}', '{"level":"debug","msg":"b"}', 'no json'];
  await writeFile(file, `${lines.join('\n')}\n`);
  const sightline = await startSightline({
    dataDir: join(folder, 'data'),
    config: { promtail: { config_file: promtail }, internal_telemetry: { enabled: false } },
  });
  try {
    expect(await untilLines(sightline, '{app="api"}', ['', ''])).toEqual(['a', 'no json']);
    expect(await linesOf(sightline, '{level="warn", where="store"}')).toEqual(['a']);
  } finally {
    await sightline.stop();
  }
});

it('goes on without a gap when the file is another, and stays when it is wrong', async () => {
  const file = join(folder, 'logs', 'api.log');
  const promtail = join(folder, 'promtail.yml');
  await writeFile(promtail, promtailFile('api'));
  await writeFile(file, 'one\n');
  const sightline = await startSightline({
    dataDir: join(folder, 'data'),
    config: { promtail: { config_file: promtail }, internal_telemetry: { enabled: false } },
  });
  const reload = () =>
    fetch(`http://127.0.0.1:${sightline.ports.prometheus}/-/reload`, { method: 'POST' });
  try {
    await untilLines(sightline, '{app="api"}', ['']);
    await writeFile(
      promtail,
      promtailFile('api').replace('level: }\n      - output', 'x-y: }\n      - output'),
    );
    const refused = await reload();
    expect(refused.status).toBe(500);
    expect(await refused.text()).toMatch(/promtail\.yml:\d+:\d+: .*'x-y' is no label name/);
    await appendFile(file, 'two\n');
    await untilLines(sightline, '{app="api"}', ['', '']);
    await writeFile(promtail, `${promtailFile('api')}      - static_labels: { made: new }\n`);
    expect((await reload()).status).toBe(200);
    await appendFile(file, 'three\n');
    expect(await untilLines(sightline, '{app="api", made="new"}', [''])).toEqual(['three']);
    expect(await linesOf(sightline, '{app="api"}')).toEqual(['one', 'three', 'two']);
  } finally {
    await sightline.stop();
  }
});

const promtailFile = (app: string): string => `
clients:
  - url: http://loki:3100/loki/api/v1/push
    external_labels: { where: store }
scrape_configs:
  - job_name: app
    file_sd_configs: [{ files: ['${folder}/targets.yml'], refresh_interval: 1s }]
    static_configs:
      - targets: [localhost]
        labels: { name: ${app}, __path__: '${folder}/logs/${app}.log' }
    relabel_configs:
      - { source_labels: [name], target_label: app }
      - { action: labeldrop, regex: name }
    pipeline_stages:
      - json: { expressions: { level: , msg: } }
      - drop: { source: level, value: debug }
      - labels: { level: }
      - output: { source: msg }
`;

describe('a graph', () => {
  /** Runs it into lists, one for each write node; entries are committed at once. */
  async function run(config: LogCollectionConfig) {
    const meter = createMeter();
    const clock = systemClock;
    const logger = silentLogger;
    const env = {};
    const positions = new DiskPositions({ path: join(folder, 'positions'), logger });
    const written = new Map<string, CollectedEntry[]>();
    const graph = await startLogGraph(config, {
      meter,
      source: { positions, times: createReadTimes(clock), clock, meter, logger, env },
      pipeline: {
        clock,
        meter,
        metrics: new StageMetrics({ meter, clock, seriesMax: 10 }),
        random: () => 0,
        after: (delayMs, after) => {
          const timer = setTimeout(after, delayMs);
          return () => clearTimeout(timer);
        },
        tools: logStageTools,
      },
      createDiscovery: (found) => createDiscovery(found, { env, clock, logger, meter }),
      createWriteNode: ({ id }) => ({
        write: async (entries) => {
          written.set(id, [...(written.get(id) ?? []), ...entries]);
          for (const { receipt } of entries) receipt.release();
        },
      }),
    });
    return {
      linesOf: (id: string) => (written.get(id) ?? []).map(({ line }) => line),
      entriesOf: (id: string) => written.get(id) ?? [],
      positions,
      stop: async () => {
        await graph.stop();
        await positions.stop();
      },
    };
  }

  const ofPromtail = (text: string): LogCollectionConfig => {
    const { config, problems } = parsePromtailConfig(text, { file: 'promtail.yml', env: {} });
    if (!config) throw new Error(problems.map(({ message }) => message).join('; '));
    return config;
  };

  it('hands on targets that come later', async () => {
    await writeFile(join(folder, 'targets.yml'), '[]');
    await writeFile(join(folder, 'logs', 'api.log'), 'one\n');
    await writeFile(join(folder, 'logs', 'late.log'), 'two\n');
    const config = ofPromtail(promtailFile('api'));
    const write = config.nodes.find(({ kind }) => kind === 'write')?.id as string;
    const running = await run(config);
    try {
      await eventually('a line', () => running.linesOf(write)[0]);
      const labels = `{ name: late, __path__: '${folder}/logs/late.log' }`;
      await writeFile(join(folder, 'targets.yml'), `- { targets: [x], labels: ${labels} }`);
      await eventually('another line', () => running.linesOf(write)[1]);
      expect(running.entriesOf(write).map(({ labels: found }) => found.get('app'))).toEqual([
        'api',
        'late',
      ]);
    } finally {
      await running.stop();
    }
  });

  it('gives every node an entry of its own, and hands on what is held when it stops', async () => {
    await writeFile(join(folder, 'logs', 'api.log'), '[1] a\n  b\n');
    const config = ofPromtail(promtailFile('api'));
    const [source] = config.sources;
    const place = { file: 'x', line: 1, column: 1 };
    const write = (id: string) =>
      ({ kind: 'write', id, place, externalLabels: [], tenant: undefined }) as const;
    const graph: LogCollectionConfig = {
      ...config,
      sources: source ? [{ ...source, forwardTo: ['joined', 'plain'] }] : [],
      nodes: [
        {
          kind: 'process',
          id: 'joined',
          place,
          forwardTo: ['first', 'second'],
          stages: [
            {
              kind: 'multiline',
              place,
              firstLine: '^\\[',
              linesMax: 128,
              waitMsMax: 3_600_000,
              trimsNewlines: true,
            },
            { kind: 'static_labels', place, labels: [['by', 'joined']] },
          ],
        },
        write('first'),
        write('second'),
        write('plain'),
      ],
    };
    assertLogGraph(graph, logStageTools);
    const running = await run(graph);
    await eventually('lines', () => (running.linesOf('plain').length === 2 ? true : undefined));
    // The joined line is held: the file has not been read as far as its end, whoever asks.
    expect(running.linesOf('first')).toEqual([]);
    await running.stop();
    expect(running.linesOf('first')).toEqual(['[1] a\n  b']);
    expect(running.linesOf('second')).toEqual(['[1] a\n  b']);
    expect(running.entriesOf('plain')[0]?.labels.has('by')).toBe(false);
    expect(running.entriesOf('first')[0]?.labels).not.toBe(running.entriesOf('second')[0]?.labels);
    const read = await run(graph);
    await appendFile(join(folder, 'logs', 'api.log'), '[2]\n');
    await eventually('the new line', () => read.linesOf('plain')[0]);
    await read.stop();
    expect(read.linesOf('plain')).toEqual(['[2]']);
  });
});
