import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '#prometheus-config/place.ts';
import { parseYaml } from '#prometheus-config/yaml-tree.ts';
import { isLokiFile, parseLokiConfig } from './load.ts';
import { parseLokiDuration, parseLokiSize } from './type.ts';

const parse = (text: string, env: Record<string, string> = {}) =>
  parseLokiConfig(text, { file: '/etc/loki.yml', env });
const problemsOf = (text: string): string[] => parse(text).problems.map(formatProblem);

it('takes what means something', () => {
  const { config, problems } = parse(
    `
auth_enabled: false
server: {http_listen_port: 3101, log_level: warn}
limits_config:
  ingestion_rate_mb: 8
  max_line_size: 256KB
  reject_old_samples: true
  reject_old_samples_max_age: 168h
  max_entries_limit_per_query: \${ENTRIES:-10000}
  retention_period: 30d1h
  deletion_mode: filter-and-delete
compactor: {retention_enabled: true, delete_request_cancel_period: 1h}
ruler:
  alertmanager_url: http://a:9093, \${AM}
  evaluation_interval: 30s
  storage: {local: {directory: rules}}
`,
    { AM: 'http://b:9093' },
  );
  expect(problems).toEqual([]);
  expect(config).toMatchObject({
    authEnabled: false,
    server: { httpListenPort: 3101, logLevel: 'warn' },
    limits: {
      ingestionRateMb: 8,
      maxLineSizeBytes: 262_144,
      rejectOldSamplesMaxAgeMs: 604_800_000,
      maxEntriesLimitPerQuery: 10_000,
      retentionPeriodMs: 2_595_600_000,
      maxQuerySeries: undefined,
    },
    compactor: { retentionEnabled: true, deleteRequestCancelPeriodMs: 3_600_000 },
    ruler: {
      alertmanagerUrls: ['http://a:9093', 'http://b:9093'],
      evaluationIntervalMs: 30_000,
      rulesDirectory: '/etc/rules',
    },
  });
});

it('has tenants unless the file says otherwise', () => {
  expect(parse('').config?.authEnabled).toBe(true);
});

it('reports a block that means nothing once', () => {
  expect(
    problemsOf('ingester: {wal: {dir: /x, enabled: true}}\nlimits_config: {volume_enabled: true}'),
  ).toEqual([
    '/etc/loki.yml:1:1: ingester: is accepted and means nothing here',
    '/etc/loki.yml:2:17: limits_config.volume_enabled: is accepted and means nothing here',
  ]);
});

describe('mistakes', () => {
  const cases: readonly (readonly [string, string])[] = [
    [
      'auth_enabeld: true',
      '/etc/loki.yml:1:1: auth_enabeld: there is no such key; did you mean auth_enabled?',
    ],
    [
      'limits_config:\n  max_line_sise: 1',
      '/etc/loki.yml:2:3: limits_config.max_line_sise: there is no such key; did you mean max_line_size?',
    ],
    [
      'limits_config: {max_line_size: much}',
      '/etc/loki.yml:1:32: limits_config.max_line_size: "much" is not a size, like 262144 or 256KB',
    ],
    [
      'limits_config: {retention_period: 7}',
      '/etc/loki.yml:1:35: limits_config.retention_period: "7" is not a duration, like 15s, 1h30m or 7d',
    ],
    ['server: [a]', '/etc/loki.yml:1:9: server: a list is not a map of keys'],
  ];
  it.each(cases)('%s', (text, problem) => {
    expect(parse(text).config).toBeUndefined();
    expect(problemsOf(text)).toEqual([problem]);
  });
});

it.each([
  ['0', 0],
  ['0s', 0],
  ['1h30m', 5_400_000],
  ['30d1h', 2_595_600_000],
  ['1w', 604_800_000],
  ['1.5h', 5_400_000],
  ['7', undefined],
  ['h', undefined],
])('duration %s', (text, ms) => expect(parseLokiDuration(text)).toBe(ms));

it.each([
  ['1024', 1024],
  ['256kb', 262_144],
  ['4MB', 4_194_304],
  ['1.5GiB', 1_610_612_736],
  ['B', undefined],
])('size %s', (text, bytes) => expect(parseLokiSize(text)).toBe(bytes));

it('knows its own files from those of others', () => {
  const isLoki = (text: string): boolean => isLokiFile(parseYaml(text, 'f', []));
  expect(isLoki('auth_enabled: false\nserver: {}')).toBe(true);
  expect(isLoki('server: {}\ningester: {}')).toBe(false);
  expect(isLoki('scrape_configs: []\nlimits_config: {}')).toBe(false);
});

const corpus = '../shared/corpus';

const filesUnder = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });

it.skipIf(!existsSync(corpus))(
  'reads all Loki files of the corpus (only where ../shared/corpus exists)',
  () => {
    const files = filesUnder(corpus).filter((file) => {
      if (!/\.ya?ml$/.test(file)) return false;
      const text = readFileSync(file, 'utf8');
      if (!/^(auth_enabled|schema_config):/m.test(text)) return false;
      return isLokiFile(parseYaml(text, file, []));
    });
    expect(files.length).toBeGreaterThan(30);
    const wrong = files.flatMap((file) =>
      parseLokiConfig(readFileSync(file, 'utf8'), { file, env: {} })
        .problems.filter(({ severity }) => severity === 'error')
        .map(formatProblem),
    );
    expect(wrong).toEqual([]);
  },
);
