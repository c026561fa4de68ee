// Loki's own configuration file: what of it means something becomes values of our keys, below whatever is
// written for these; everything else is said once in the log.
import type { Config, OptionKey } from '#config/options.ts';
import { messageOf } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import type { LokiConfig, LokiLimits } from '#loki-config/config.ts';
import { loadLokiConfig } from '#loki-config/load.ts';
import { meaninglessHere } from '#loki-config/type.ts';
import { formatProblem, type Problem } from '#prometheus-config/place.ts';

type Values = Readonly<Partial<Record<OptionKey, unknown>>>;
type Env = Readonly<Record<string, string | undefined>>;

/** `load` makes the Config again, on these values. Throws InputError `loki_config_*`. */
export function withLokiFile(config: Config, env: Env, load: (base: Values) => Config): Config {
  const file = config['loki.config_file'];
  return file === undefined ? config : load(lokiValues(loadLokiConfig({ file, env })));
}

/** What of the file means nothing here. */
export function reportLokiFile(config: Config, env: Env, logger: Logger): void {
  const file = config['loki.config_file'];
  if (file === undefined) return;
  const ignored: Problem[] = [];
  try {
    loadLokiConfig({ file, env }, (warning) => ignored.push(warning));
  } catch (error) {
    // It was read a moment ago.
    logger.warn('loki.config_file cannot be read again', { file, error: messageOf(error) });
  }
  if (ignored.length === 0) return;
  for (const problem of ignored.filter(({ message }) => message !== meaninglessHere)) {
    logger.warn(formatProblem(problem));
  }
  const keys = ignored
    .filter(({ message }) => message === meaninglessHere)
    .map(({ path, place }) => `${path} (line ${place.line})`)
    .join(', ');
  if (keys !== '') {
    logger.info('keys of loki.config_file are accepted and mean nothing here', { file, keys });
  }
}

/** Values of our keys; a key that the file says nothing of is left out. */
export function lokiValues(file: LokiConfig): Values {
  const { authEnabled, server, limits, compactor, ruler, commonRulesDirectory } = file;
  // With filter-only Loki hides lines and keeps them; here they would be gone.
  const deletes =
    compactor.retentionEnabled && ['', 'filter-and-delete'].includes(limits.deletionMode);
  const values: Values = {
    'tenancy.enabled': authEnabled,
    'loki.port': server.httpListenPort,
    'log.level': server.logLevel || undefined,
    // Without retention Loki keeps everything.
    'retention.logs': compactor.retentionEnabled ? (limits.retentionPeriodMs ?? 0) : 0,
    'loki.enable_delete': deletes,
    'loki.delete_cancel_period': compactor.deleteRequestCancelPeriodMs,
    'loki.alertmanager_urls':
      ruler.alertmanagerUrls.length > 0 ? ruler.alertmanagerUrls : undefined,
    'loki.external_url': ruler.externalUrl || undefined,
    'loki.rule_interval': ruler.evaluationIntervalMs,
    'loki.rules_dir': ruler.rulesDirectory || commonRulesDirectory || undefined,
    ...limitValues(limits),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

const bytesPerMb = 1 << 20;
/** What Loki writes as 0, where 0 of ours would be none at all. */
const anyNumber = 1_000_000_000;

function limitValues(limits: LokiLimits): Values {
  const { rejectOldSamples, rejectOldSamplesMaxAgeMs, ingestionRateMb, ingestionBurstSizeMb } =
    limits;
  const bytes = (mb: number | undefined): number | undefined =>
    mb === undefined ? undefined : Math.floor(mb * bytesPerMb);
  return {
    'loki.max_age': rejectOldSamples === false ? 0 : rejectOldSamplesMaxAgeMs,
    'loki.max_line_size': limits.maxLineSizeBytes,
    'loki.ingestion_rate': bytes(ingestionRateMb),
    'loki.ingestion_burst': bytes(ingestionBurstSizeMb),
    'loki.max_label_names': limits.maxLabelNamesPerSeries,
    'loki.max_label_name_length': limits.maxLabelNameLength,
    'loki.max_label_value_length': limits.maxLabelValueLength,
    'loki.max_query_series': limits.maxQuerySeries,
    'loki.max_tails': limits.maxConcurrentTailRequests,
    'query.max_entries':
      limits.maxEntriesLimitPerQuery === 0 ? anyNumber : limits.maxEntriesLimitPerQuery,
    'query.max_length': limits.maxQueryLengthMs,
    'query.max_bytes_scanned': limits.maxQueryBytesRead,
    'query.timeout': limits.queryTimeoutMs || undefined,
  };
}
