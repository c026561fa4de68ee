// Our settings in the terms of Prometheus: what /api/v1/status/{flags,runtimeinfo} show.
import { availableParallelism, hostname } from 'node:os';
import type { RuntimeFacts } from '#api/prometheus/status.ts';
import type { Config } from '#config/options.ts';
import type { Clock } from '#lib/clock.ts';
import { printDurationMs } from '#query/promql/syntax/number.ts';

/** Flags of Prometheus that a setting of ours stands for. */
export const prometheusFlags = (config: Config): Readonly<Record<string, string>> => ({
  'config.file': config['prometheus.config_file'] ?? '',
  'log.level': config['log.level'],
  'query.lookback-delta': printDurationMs(config['query.lookback']),
  'query.max-concurrency': String(config['query.max_concurrent']),
  'query.max-samples': String(config['query.max_samples']),
  'query.timeout': printDurationMs(config['query.timeout']),
  'storage.tsdb.path': config.data_dir,
  'storage.tsdb.retention.size': `${config['retention.max_bytes'] ?? 0}B`,
  'storage.tsdb.retention.time': printDurationMs(config['retention.metrics']),
  'web.enable-admin-api': String(config['prometheus.enable_admin_api']),
  'web.enable-lifecycle': String(config['prometheus.enable_lifecycle']),
  'web.enable-otlp-receiver': 'true',
  'web.enable-remote-write-receiver': 'true',
});

export const runtimeFacts = (config: Config, clock: Clock): RuntimeFacts => ({
  startTimeMs: clock.nowMs(),
  workingFolder: process.cwd(),
  hostname: hostname(),
  processors: availableParallelism(),
  memoryBytesMax: config['memory.limit'],
  retention: printDurationMs(config['retention.metrics']),
});
