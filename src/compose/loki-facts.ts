// Our settings in the terms of Loki: limits of its language, and what its status pages show.
import type { LokiSettings } from '#api/loki/settings.ts';
import type { Config } from '#config/options.ts';
import type { LogqlLimits } from '#query/logql/limits.ts';
import { portOf } from './settings.ts';

export const logqlLimits = (config: Config): LogqlLimits => ({
  entriesMax: config['query.max_entries'],
  linesScannedMax: config['query.max_lines_scanned'],
  bytesScannedMax: config['query.max_bytes_scanned'],
  answerBytesMax: config['query.max_answer_bytes'],
  lengthMaxMs: config['query.max_length'],
  samplesMax: config['query.max_samples'],
  seriesMax: config['loki.max_query_series'] ?? config['query.max_series'],
  timeoutMs: config['query.timeout'],
});

export const lokiSettings = (config: Config): LokiSettings => ({
  limits: logqlLimits(config),
  retentionMs: config['retention.logs'],
  logLevel: config['log.level'],
  hasTenants: config['tenancy.enabled'],
  httpPort: portOf('loki', config),
});
