import { expect, it } from 'vitest';
import { configOf } from '#config/load.ts';
import type { Config } from '#config/options.ts';
import { parseLokiConfig } from '#loki-config/load.ts';
import { lokiValues } from './loki-file.ts';

const written = (text: string): Partial<Config> => {
  const { config, problems } = parseLokiConfig(text, { file: '/etc/loki.yml', env: {} });
  if (!config) throw new Error(JSON.stringify(problems));
  const values = lokiValues(config);
  const made = configOf(values);
  return Object.fromEntries(Object.keys(values).map((key) => [key, made[key as keyof Config]]));
};

/** What a file without any key says. */
const silent = { 'tenancy.enabled': true, 'retention.logs': 0, 'loki.enable_delete': false };

const limit = (text: string): string => `limits_config: {${text}}`;

const cases: readonly (readonly [string, Partial<Config>])[] = [
  ['', {}],
  ['auth_enabled: false', { 'tenancy.enabled': false }],
  ['server: {http_listen_port: 3200}', { 'loki.port': 3200 }],
  ['server: {log_level: debug}', { 'log.level': 'debug' }],
  [limit('retention_period: 2d'), {}],
  ['compactor: {retention_enabled: true}', { 'loki.enable_delete': true }],
  [
    `compactor: {retention_enabled: true}\n${limit('retention_period: 2d')}`,
    { 'loki.enable_delete': true, 'retention.logs': 172_800_000 },
  ],
  [`compactor: {retention_enabled: true}\n${limit('deletion_mode: disabled')}`, {}],
  // Loki would keep the lines.
  [`compactor: {retention_enabled: true}\n${limit('deletion_mode: filter-only')}`, {}],
  [
    `compactor: {retention_enabled: true}\n${limit('deletion_mode: filter-and-delete')}`,
    { 'loki.enable_delete': true },
  ],
  ['compactor: {delete_request_cancel_period: 24h}', { 'loki.delete_cancel_period': 86_400_000 }],
  [limit('reject_old_samples: false, reject_old_samples_max_age: 1h'), { 'loki.max_age': 0 }],
  [limit('reject_old_samples_max_age: 1h'), { 'loki.max_age': 3_600_000 }],
  [limit('max_line_size: 256KB'), { 'loki.max_line_size': 262_144 }],
  [limit('ingestion_rate_mb: 1.5'), { 'loki.ingestion_rate': 1_572_864 }],
  [limit('ingestion_burst_size_mb: 6'), { 'loki.ingestion_burst': 6_291_456 }],
  [limit('max_label_names_per_series: 30'), { 'loki.max_label_names': 30 }],
  [limit('max_label_name_length: 100'), { 'loki.max_label_name_length': 100 }],
  [limit('max_label_value_length: 200'), { 'loki.max_label_value_length': 200 }],
  [limit('max_query_series: 1000'), { 'loki.max_query_series': 1000 }],
  [limit('max_concurrent_tail_requests: 10'), { 'loki.max_tails': 10 }],
  [limit('max_entries_limit_per_query: 9000'), { 'query.max_entries': 9000 }],
  // Loki's word for any number.
  [limit('max_entries_limit_per_query: 0'), { 'query.max_entries': 1_000_000_000 }],
  [limit('max_query_length: 0'), { 'query.max_length': 0 }],
  [limit('max_query_length: 721h'), { 'query.max_length': 2_595_600_000 }],
  [limit('max_query_bytes_read: 0B'), { 'query.max_bytes_scanned': 0 }],
  [limit('max_query_bytes_read: 1GB'), { 'query.max_bytes_scanned': 1_073_741_824 }],
  [limit('query_timeout: 0'), {}],
  [limit('query_timeout: 5m'), { 'query.timeout': 300_000 }],
  [
    'ruler: {alertmanager_url: "http://a:1, http://b:2"}',
    {
      'loki.alertmanager_urls': ['http://a:1', 'http://b:2'],
    },
  ],
  ['ruler: {external_url: http://e}', { 'loki.external_url': 'http://e' }],
  ['ruler: {evaluation_interval: 30s}', { 'loki.rule_interval': 30_000 }],
  ['ruler: {storage: {local: {directory: /r}}}', { 'loki.rules_dir': '/r' }],
  ['ruler_storage: {local: {directory: /s}}', { 'loki.rules_dir': '/s' }],
  ['common: {storage: {filesystem: {rules_directory: /c}}}', { 'loki.rules_dir': '/c' }],
];

it.each(cases)('%s', (text, values) => {
  expect(written(text)).toEqual({ ...silent, ...values });
});
