import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { InputError } from '#lib/errors.ts';
import { loadPrometheusConfig, parsePrometheusConfig } from './load.ts';
import { formatProblem } from './place.ts';

const parse = (text: string, env: Record<string, string> = {}, isStrict = false) =>
  parsePrometheusConfig(text, { file: 'conf/prom.yml', env, isStrict });

const configOf = (text: string, env: Record<string, string> = {}) => {
  const { config, problems } = parse(text, env);
  if (!config) throw new Error(problems.map(formatProblem).join('\n'));
  return config;
};

const problemsOf = (text: string, isStrict = false) =>
  parse(text, {}, isStrict).problems.map(
    (problem) => `${problem.severity} ${formatProblem(problem)}`,
  );

describe('defaults', () => {
  it('an empty file is a whole configuration', () => {
    const config = configOf('');
    expect(config.global).toMatchObject({
      scrapeIntervalMs: 60_000,
      scrapeTimeoutMs: 10_000,
      evaluationIntervalMs: 60_000,
      externalLabels: [],
    });
    expect(config.scrapeConfigs).toEqual([]);
  });

  it('a job takes over what global says', () => {
    const [job] = configOf(`
global: {scrape_interval: 5s, sample_limit: 10, body_size_limit: 1MB}
scrape_configs:
  - job_name: a
    label_limit: 3
`).scrapeConfigs;
    expect(job).toMatchObject({
      scrapeIntervalMs: 5000,
      scrapeTimeoutMs: 5000,
      sampleLimit: 10,
      labelLimit: 3,
      bodySizeLimitBytes: 1024 ** 2,
      metricsPath: '/metrics',
      scheme: 'http',
      honorTimestamps: true,
      enableCompression: true,
      metricNameEscaping: 'allow-utf-8',
    });
    expect(job?.scrapeProtocols[0]).toBe('OpenMetricsText1.0.0');
    expect(job?.http.followRedirects).toBe(true);
  });

  it('asks for protobuf first where native histograms are wanted', () => {
    const [job] = configOf(
      'scrape_configs: [{job_name: a, scrape_native_histograms: yes}]',
    ).scrapeConfigs;
    expect(job?.scrapeProtocols[0]).toBe('PrometheusProto');
  });

  it('a key without a value is the zero of its type', () => {
    const [job] = configOf(`
scrape_configs:
  - job_name: a
    relabel_configs: [{regex: , target_label: x, replacement: y}]
`).scrapeConfigs;
    expect(job?.relabelConfigs[0]?.regex).toBe('');
  });
});

describe('YAML', () => {
  it('knows anchors and merged maps', () => {
    const { scrapeConfigs } = configOf(`
scrape_configs:
  - &base
    job_name: a
    scrape_interval: 7s
  - <<: *base
    job_name: b
`);
    expect(scrapeConfigs.map((job) => [job.jobName, job.scrapeIntervalMs])).toEqual([
      ['a', 7000],
      ['b', 7000],
    ]);
  });

  it('refuses aliases that contain themselves or explode', () => {
    expect(problemsOf('global: &a {external_labels: *a}')[0]).toMatch(/contains itself/);
    const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]'];
    for (let i = 1; i < 9; i++) {
      const items = Array.from({ length: 10 }, () => `*a${i - 1}`).join(',');
      lines.push(`a${i}: &a${i} [${items}]`);
    }
    expect(problemsOf(lines.join('\n'))[0]).toMatch(/more than/);
  });

  it('refuses control characters', () => {
    expect(problemsOf('global:\n  query_log_file: a\u0000b\n')).toEqual([
      'error conf/prom.yml:2:20: a control character; YAML has none but tabs and line breaks',
    ]);
    expect(
      problemsOf('rule_files: ["a\\0b"]\nscrape_config_files: ["a\\0b", "[z-a].yml"]'),
    ).toEqual([]);
  });

  it('says where the syntax is wrong', () => {
    expect(problemsOf('global:\n  scrape_interval: [5s\n')[0]).toMatch(
      /^error conf\/prom\.yml:\d+:\d+: /,
    );
  });
});

describe('problems', () => {
  it('have file, line, column, key and remedy', () => {
    expect(
      problemsOf(`
global:
  scrape_interval: 5
scrape_configs:
  - job_name: a
    scrape_intervall: 5s
    scrape_timeout: 2m
  - job_name: a
`),
    ).toEqual([
      'error conf/prom.yml:3:20: global.scrape_interval: "5" is not a duration, like 15s, 1h30m or 7d (y, w, d, h, m, s, ms in this order)',
      'warning conf/prom.yml:6:5: scrape_configs[0].scrape_intervall: there is no such key; did you mean scrape_interval? ignored',
      'error conf/prom.yml:7:21: scrape_configs[0].scrape_timeout: scrape_timeout is longer than scrape_interval',
      "error conf/prom.yml:8:5: scrape_configs: there is another job named 'a', at conf/prom.yml:5",
    ]);
  });

  it('unknown keys are errors when strict', () => {
    expect(problemsOf('storage: {tsdb: {path: /data}}', true)).toEqual([
      'error conf/prom.yml:1:18: storage.tsdb.path: there is no such key',
    ]);
    expect(problemsOf('storage: {tsdb: {path: /data}}')[0]).toMatch(/^warning/);
  });

  it('what Sightline does not do is said', () => {
    const text = `
remote_write: [{url: "http://other/push"}]
scrape_configs: [{job_name: a, ec2_sd_configs: [{region: eu-1}]}]
`;
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^warning .*ec2_sd_configs are not discovered by Sightline yet/),
      expect.stringMatching(/^warning .*remote_write\[0\]: is accepted and not used/),
    ]);
  });
});

describe('external labels', () => {
  it('take variables; nothing else does', () => {
    const { global, scrapeConfigs } = configOf(
      `
global: {external_labels: {a: "$X-\${Y}", b: "$$X", c: "$NONE", d: "5$"}}
scrape_configs: [{job_name: "$X"}]
`,
      { X: 'x', Y: 'y' },
    );
    expect(global.externalLabels).toEqual([
      ['a', 'x-y'],
      ['b', '$X'],
      ['d', '5$'],
    ]);
    expect(scrapeConfigs[0]?.jobName).toBe('$X');
  });
});

describe('the file shown again', () => {
  const shown = configOf(`
global: {scrape_interval: 7d}
remote_write:
  - url: http://user:hidden@other/push
    azuread: {cloud: hidden}
alerting: {alertmanagers: [{basic_auth: {username: u, password: hidden}}]}
scrape_configs:
  - job_name: a
    bearer_token: hidden
    proxy_url: http://p:1
    proxy_connect_header: {X-A: [hidden]}
    http_headers: {X-B: {secrets: [hidden]}}
    kubernetes_sd_configs:
      - {role: pod, api_server: "http://k", tls_config: {cert: c, key: hidden}, namespaces: {names: [n]}}
    consul_sd_configs: [{server: c, token: hidden}]
    ec2_sd_configs: [{secret_key: hidden}]
    relabel_configs: [{action: labeldrop, regex: x}]
`).yaml;

  it('has defaults and no secrets', () => {
    expect(shown).not.toContain('hidden');
    expect(shown).toContain('scrape_interval: 1w\n');
    expect(shown).toContain('credentials: <secret>');
    expect(shown).toContain('http://user:xxxxx@other/push');
    expect(shown).toContain('metrics_path: /metrics');
  });

  it('can be read again, and is the same then', () => {
    const again = parsePrometheusConfig(shown, { file: 'conf/prom.yml', env: {}, isStrict: true });
    expect(again.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(again.config?.yaml).toBe(shown);
  });
});

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-config-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('are named from the folder of the file that names them', () => {
    mkdirSync(join(folder, 'jobs'), { recursive: true });
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, 'rule_files: [r/*.yml, /abs.yml]\nscrape_config_files: [jobs/*.yml]\n');
    const job = 'scrape_configs: [{job_name: b, tls_config: {ca_file: ca.pem}}]\n';
    writeFileSync(join(folder, 'jobs/b.yml'), job);
    const config = loadPrometheusConfig({ file, env: {} });
    expect(config.ruleFiles).toEqual([join(folder, 'r/*.yml'), '/abs.yml']);
    expect(config.scrapeConfigs[0]?.http.tls.caFile).toBe(join(folder, 'jobs/ca.pem'));
    writeFileSync(join(folder, 'jobs/c.yml'), 'scrape_configs: [{job_name: b}]\n');
    expect(() => loadPrometheusConfig({ file, env: {} })).toThrow(InputError);
  });

  it('a file that is not there is an error of its own', () => {
    expect(() => loadPrometheusConfig({ file: join(folder, 'none.yml'), env: {} })).toThrow(
      /cannot read/,
    );
  });
});
