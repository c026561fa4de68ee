import { describe, expect, it } from 'vitest';
import { configText } from '#prometheus-config/config-text.ts';
import { formatProblem } from '#prometheus-config/place.ts';
import { parsePromtailConfig } from './load.ts';

const read = (content: string, env: Record<string, string> = {}) =>
  parsePromtailConfig(content, { file: 'promtail.yaml', env });
const problemsOf = (content: string): string[] => read(content).problems.map(formatProblem);

const job = (body: string): string => `
clients: [{url: 'http://loki:3100/loki/api/v1/push'}]
scrape_configs:
  - job_name: app
${body.replace(/^/gm, '    ')}
`;
const withStages = (stages: string): string =>
  job(`static_configs:
  - labels: {__path__: /var/log/*.log}
pipeline_stages:
${stages.replace(/^/gm, '  ')}`);
const stagesOf = (stages: string) => {
  const { config, problems } = read(withStages(stages));
  expect(problems).toEqual([]);
  const node = config?.nodes[0];
  return node?.kind === 'process' ? node.stages.map(({ place: _, ...rest }) => rest) : [];
};

describe('a Promtail file', () => {
  it('gives each job a name of its own, whatever they are called', () => {
    const { config } = read(`
scrape_configs:
${['a', 'a', 'a#2', 'a']
  .map((name) => `  - {job_name: '${name}', static_configs: [{labels: {__path__: /x}}]}`)
  .join('\n')}
`);
    expect(config?.sources.map(({ id }) => id)).toEqual([
      'a/files',
      'a#3/files',
      'a#2/files',
      'a#4/files',
    ]);
  });

  it('becomes targets, sources, stages and writes', () => {
    const { config, urls } = read(`
positions: {filename: /run/positions.yaml}
clients:
  - url: http://loki:3100/loki/api/v1/push
    tenant_id: a
    external_labels: {cluster: x}
target_config: {sync_period: 3s}
scrape_configs:
  - job_name: app
    encoding: utf-16le
    decompression: {enabled: true, format: bz2, initial_delay: 2s}
    static_configs: [{targets: [localhost], labels: {job: app, __path__: /var/log/*.log}}]
    relabel_configs: [{source_labels: [job], target_label: service}]
    pipeline_stages: [{docker: {}}]
`);
    expect(urls).toEqual(['http://loki:3100/loki/api/v1/push']);
    expect(config?.targets).toMatchObject([
      { kind: 'discovery', id: 'app/found', discoveries: [{ kind: 'static' }] },
      { kind: 'relabel', id: 'app/targets', from: ['app/found'] },
    ]);
    expect(config?.sources).toMatchObject([
      {
        kind: 'file',
        targets: ['app/targets'],
        forwardTo: ['app/stages'],
        encoding: 'utf-16le',
        decompression: 'bz2',
        syncPeriodMs: 3000,
        positionsFile: '/run/positions.yaml',
      },
    ]);
    expect(config?.nodes).toMatchObject([
      { kind: 'process', id: 'app/stages', stages: [{ kind: 'docker' }], forwardTo: ['client'] },
      { kind: 'write', id: 'client', externalLabels: [['cluster', 'x']], tenant: 'a' },
    ]);
  });

  it('reads containers, the journal, syslog and pushes', () => {
    const { config, problems } = read(
      job(`docker_sd_configs: [{host: 'unix:///var/run/docker.sock', refresh_interval: 5s}]
journal: {max_age: 12h, matches: _TRANSPORT=kernel, labels: {job: journal}}
syslog: {listen_address: '0.0.0.0:1514', labels: {job: syslog}, listen_protocol: udp}
loki_push_api: {server: {http_listen_port: 3500}, labels: {job: push}}`),
    );
    expect(problems).toEqual([]);
    expect(config?.sources).toMatchObject([
      { kind: 'docker', host: 'unix:///var/run/docker.sock', refreshMs: 5000 },
      { kind: 'journal', ageMsMax: 12 * 3_600_000, matches: '_TRANSPORT=kernel' },
      {
        kind: 'syslog',
        listeners: [{ address: '0.0.0.0:1514', protocol: 'udp', idleMsMax: 120_000 }],
      },
      { kind: 'api', address: ':3500', labels: [['job', 'push']] },
    ]);
  });

  it('writes once for clients that say the same', () => {
    const { config } = read(`
clients: [{url: 'http://a'}, {url: 'http://b'}, {url: 'http://c', tenant_id: other}]
scrape_configs: [{job_name: a, journal: {}}]`);
    expect(config?.nodes.map(({ id }) => id)).toEqual(['client', 'client2']);
    expect(config?.sources[0]?.forwardTo).toEqual(['client', 'client2']);
  });

  it('fills in variables, and leaves groups of expressions alone', () => {
    const text =
      job(`static_configs: [{labels: {__path__: '\${DIR:-/var/log}/*.log', host: '\${HOST}'}}]
relabel_configs: [{source_labels: [host], regex: '(?P<name>.*)', target_label: h, replacement: '\${name}'}]`);
    const { config, problems } = read(text, { HOST: 'one' });
    expect(problems).toEqual([]);
    const shown = configText(config?.targets ?? []);
    expect(shown).toContain('["__path__","/var/log/*.log"]');
    expect(shown).toContain('["host","one"]');
    expect(shown).toContain('"replacement":"${name}"');
    expect(read(text).problems.map(({ message }) => message)).toEqual([
      'the variable HOST is not set; left as it is',
    ]);
  });

  it('turns limits into stages', () => {
    const { config } = read(`
limits_config: {readline_rate_enabled: true, readline_rate: 5, readline_burst: 9, max_line_size: 2KB}
scrape_configs: [{job_name: a, journal: {}}]`);
    expect(config?.nodes[0]).toMatchObject({
      kind: 'process',
      stages: [
        { kind: 'limit', rate: 5, burst: 9, drops: true },
        { kind: 'drop', longerThanBytes: 2048 },
      ],
    });
  });
});

it('is read out of a ConfigMap, with the places of the manifest', () => {
  const manifest = `kind: ConfigMap
data:
  other.txt: a
  promtail.yaml: |

    scrape_configs:
      - job_name: a
        journal: {}
        jornal: {}
`;
  expect(problemsOf(manifest)).toEqual([
    'promtail.yaml:9:9: scrape_configs[0].jornal: there is no such key; did you mean journal?',
  ]);
  expect(read(manifest.replace(/ +jornal.*\n/, '')).config?.sources).toHaveLength(1);
});

describe('stages of a Promtail file', () => {
  it.each([
    ['- docker:', { kind: 'docker' }],
    ['- decolorize', { kind: 'decolorize' }],
    [
      '- cri: {max_partial_line_size: 4kb}',
      { kind: 'cri', partialLinesMax: 100, partialLineBytesMax: 4096, cutsPartialLine: false },
    ],
    [
      '- json: {expressions: {level: , "msg": "a.b"}}',
      {
        kind: 'json',
        expressions: [
          ['level', ''],
          ['msg', 'a.b'],
        ],
        dropsMalformed: false,
      },
    ],
    [
      '- labels: {level: , app: name}',
      {
        kind: 'labels',
        labels: [
          ['level', ''],
          ['app', 'name'],
        ],
      },
    ],
    ['- labeldrop: [a, b]', { kind: 'labeldrop', names: ['a', 'b'] }],
    [
      '- drop: {source: level, value: debug}',
      { kind: 'drop', sources: ['level'], separator: ';', value: 'debug' },
    ],
    [
      '- drop: {source: [a, b], expression: x.*, older_than: 1h30m, longer_than: 8kb}',
      { kind: 'drop', sources: ['a', 'b'], olderThanMs: 5_400_000, longerThanBytes: 8192 },
    ],
    [
      '- multiline: {firstline: "^\\\\d", max_wait_time: 1.5s}',
      { kind: 'multiline', firstLine: '^\\d', linesMax: 128, waitMsMax: 1500 },
    ],
    [
      '- timestamp: {source: t, format: RFC3339Nano, location: Europe/Berlin}',
      { kind: 'timestamp', fallbackFormats: [], location: 'Europe/Berlin', onFailure: 'fudge' },
    ],
    [
      `- match: {selector: '{app="a"} |= "x"', stages: [{output: {source: m}}]}`,
      { kind: 'match', action: 'keep', stages: [{ kind: 'output', source: 'm' }] },
    ],
    [
      '- metrics: {lines: {type: Counter, config: {match_all: true, action: inc}}}',
      {
        kind: 'metrics',
        metrics: [{ type: 'counter', name: 'lines', prefix: 'promtail_custom_', action: 'inc' }],
      },
    ],
  ])('%s', (written, expected) => {
    expect(stagesOf(written)).toMatchObject([expected]);
  });
});

it('warns of settings of stages that nobody knows', () => {
  const { config, problems } = read(withStages('- cri: {max_partial_line: 5}'));
  expect(config).toBeDefined();
  expect(problems).toMatchObject([
    {
      severity: 'warning',
      path: 'scrape_configs[0].pipeline_stages[0].cri.max_partial_line',
      message: 'there is no such key; did you mean max_partial_lines? ignored',
    },
  ]);
});

describe('what is wrong is said with its place', () => {
  it.each([
    [withStages('- regex: {expression: "("}'), '8:29', 'not an RE2 expression'],
    [withStages('- jsn: {expressions: {a: }}'), '8:9', 'there is no stage jsn; did you mean json?'],
    [withStages('- eventlogmessage: {}'), '8:9', 'the Windows event log is not read here'],
    [withStages('- json: {}\n  docker: {}'), '9:9', 'docker needs a dash of its own'],
    [withStages('- json: {}'), '8:15', 'expressions is missing'],
    [withStages('- sampling: {rate: 2}'), '8:26', '2 is not between 0 and 1'],
    [withStages('- drop: {longer_than: 1.21GW}'), '8:29', '"1.21GW" is not a size'],
    [job('kafka: {brokers: [a]}'), '5:5', 'Kafka is not read here'],
    [job('windows_events: {}'), '5:5', 'the Windows event log is not read here'],
    [job('syslog: {}'), '5:13', 'listen_address is missing'],
    [job('relable_configs: []'), '5:5', 'did you mean relabel_configs?'],
    ['target_config: {stdin: true}', '1:24', 'lines are not read from standard input'],
    ['logs: {configs: []}', '1:1', "this is a file of Grafana's Agent; convert it to one of Alloy"],
    ['client: {}\nscrape_configs: []', '1:9', 'url is missing'],
  ])('%s', (content, place, message) => {
    const found = problemsOf(content);
    expect(found.join('\n')).toContain(`promtail.yaml:${place}: `);
    expect(found.join('\n')).toContain(message);
    expect(read(content).config).toBeUndefined();
  });
});
