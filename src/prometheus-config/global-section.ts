// How `global`, `storage`, `tracing`, `otlp` and `runtime` are read.
import {
  type GlobalConfig,
  type OtlpConfig,
  otlpTranslations,
  type StorageConfig,
  type TracingConfig,
} from './config.ts';
import { checkHeaderNames, tlsType } from './http-client-section.ts';
import { labels } from './labels-type.ts';
import { isLabelName } from './name.ts';
import type { Cursor } from './reading.ts';
import { limitFields, nameEscaping, nameValidation, protocols } from './scrape-section.ts';
import { field, placeOf, type Section, section, type Written } from './section.ts';
import {
  duration,
  flag,
  float,
  integer,
  list,
  mapOf,
  oneOf,
  path,
  size,
  type Type,
  text,
} from './type.ts';

const MINUTE = 60_000;
const TIMEOUT = 10_000;

/** `key:` without a value is the fallback as well. */
const filled = <T>(type: Type<T>, zero: T): Type<T> => ({ ...type, zero });

export const globalSection: Section<GlobalConfig> = section<GlobalConfig>(
  {
    scrapeIntervalMs: field('scrape_interval', duration, { fallback: MINUTE }),
    scrapeTimeoutMs: field('scrape_timeout', duration, { fallback: TIMEOUT }),
    scrapeProtocols: field('scrape_protocols', protocols),
    evaluationIntervalMs: field('evaluation_interval', duration, { fallback: MINUTE }),
    ruleQueryOffsetMs: field('rule_query_offset', duration),
    queryLogFile: field('query_log_file', path),
    scrapeFailureLogFile: field('scrape_failure_log_file', path),
    externalLabels: field('external_labels', labels),
    ...limitFields,
    metricNameValidation: field(
      'metric_name_validation_scheme',
      filled(nameValidation, 'utf8') as Type<GlobalConfig['metricNameValidation']>,
      { fallback: 'utf8' },
    ),
    metricNameEscaping: field('metric_name_escaping_scheme', nameEscaping),
    scrapeNativeHistograms: field('scrape_native_histograms', flag),
    convertClassicHistogramsToNhcb: field('convert_classic_histograms_to_nhcb', flag),
    alwaysScrapeClassicHistograms: field('always_scrape_classic_histograms', flag),
    extraScrapeMetrics: field('extra_scrape_metrics', flag),
  },
  { check: checkGlobal },
);

function checkGlobal(config: GlobalConfig, written: Written, at: Cursor): GlobalConfig {
  const scrapeIntervalMs = config.scrapeIntervalMs || MINUTE;
  const isWritten = written.entries.has('scrape_timeout') && config.scrapeTimeoutMs > 0;
  if (isWritten && config.scrapeTimeoutMs > scrapeIntervalMs) {
    at.key('scrape_timeout').error(
      placeOf(written, 'scrape_timeout'),
      'scrape_timeout is longer than scrape_interval',
    );
  }
  for (const [name] of config.externalLabels) {
    if (isLabelName(name, config.metricNameValidation)) continue;
    at.key('external_labels').error(
      placeOf(written, 'external_labels'),
      `'${name}' is no label name`,
    );
  }
  return {
    ...config,
    scrapeIntervalMs,
    scrapeTimeoutMs: isWritten ? config.scrapeTimeoutMs : Math.min(TIMEOUT, scrapeIntervalMs),
    evaluationIntervalMs: config.evaluationIntervalMs || MINUTE,
  };
}

interface Retention {
  readonly timeMs: number;
  readonly sizeBytes: number;
  readonly percentage: number;
}
const retentionSection = section<Retention>(
  {
    timeMs: field('time', duration),
    sizeBytes: field('size', size),
    percentage: field('percentage', float),
  },
  {
    check: ({ percentage }, written, at) => {
      if (percentage < 0 || percentage > 100) {
        at.error(placeOf(written, 'percentage'), 'percentage is not between 0 and 100');
      }
      return undefined;
    },
  },
);

interface Tsdb {
  readonly outOfOrderTimeWindowMs: number;
  readonly staleSeriesCompactionThreshold: number;
  readonly retention: Retention;
  readonly chunkEncoding: { readonly floats: string };
}
const tsdbSection = section<Tsdb>({
  outOfOrderTimeWindowMs: field('out_of_order_time_window', duration),
  staleSeriesCompactionThreshold: field('stale_series_compaction_threshold', float),
  retention: field('retention', retentionSection),
  chunkEncoding: field(
    'chunk_encoding',
    section<{ floats: string }>({ floats: field('floats', oneOf(['xor', 'xor2'] as const)) }),
  ),
});

const DEFAULT_EXEMPLARS = 100_000;
interface WrittenStorage {
  readonly tsdb: Tsdb;
  readonly exemplars: { readonly max: number };
}
export const storageSection = section<WrittenStorage>({
  tsdb: field('tsdb', tsdbSection),
  exemplars: field(
    'exemplars',
    section<{ max: number }>({
      max: field('max_exemplars', integer, { fallback: DEFAULT_EXEMPLARS }),
    }),
  ),
});

export const finishStorage = ({ tsdb, exemplars }: WrittenStorage): StorageConfig => ({
  outOfOrderTimeWindowMs: tsdb.outOfOrderTimeWindowMs,
  retentionTimeMs: tsdb.retention.timeMs,
  retentionSizeBytes: tsdb.retention.sizeBytes,
  maxExemplars: exemplars.max,
});

export const tracingSection = section<TracingConfig>(
  {
    clientType: field(
      'client_type',
      oneOf(['http', 'grpc'] as const) as Type<TracingConfig['clientType']>,
      { fallback: 'grpc' },
    ),
    endpoint: field('endpoint', text),
    samplingFraction: field('sampling_fraction', float),
    isInsecure: field('insecure', flag),
    tls: field('tls_config', tlsType),
    headers: field('headers', mapOf(text)),
    compression: field('compression', oneOf(['gzip'] as const) as Type<string>),
    timeoutMs: field('timeout', duration),
  },
  {
    check: ({ endpoint, headers }, written, at) => {
      if (endpoint === '') at.error(placeOf(written, 'endpoint'), 'endpoint is missing');
      checkHeaderNames(headers.keys(), written, at.key('headers'));
      at.warn(
        written.place,
        'is accepted and not used: Sightline traces itself by its own self_telemetry settings',
      );
      return undefined;
    },
  },
);

type WrittenOtlp = OtlpConfig & {
  readonly underscoreSanitization: boolean;
  readonly preserveUnderscores: boolean;
};

export const otlpSection = section<WrittenOtlp>(
  {
    promoteAllResourceAttributes: field('promote_all_resource_attributes', flag),
    promoteResourceAttributes: field('promote_resource_attributes', list(text)),
    ignoreResourceAttributes: field('ignore_resource_attributes', list(text)),
    translationStrategy: field(
      'translation_strategy',
      filled(
        oneOf(otlpTranslations) as Type<OtlpConfig['translationStrategy']>,
        otlpTranslations[0],
      ),
      { fallback: otlpTranslations[0] },
    ),
    keepIdentifyingResourceAttributes: field('keep_identifying_resource_attributes', flag),
    convertHistogramsToNhcb: field('convert_histograms_to_nhcb', flag),
    promoteScopeMetadata: field('promote_scope_metadata', flag),
    underscoreSanitization: field('label_name_underscore_sanitization', flag, { fallback: true }),
    preserveUnderscores: field('label_name_preserve_multiple_underscores', flag, {
      fallback: true,
    }),
  },
  { check: checkOtlp },
);

function checkOtlp(config: OtlpConfig, written: Written, at: Cursor): undefined {
  const wrong = (key: string, message: string): void =>
    at.key(key).error(placeOf(written, key), message);
  const promoted = config.promoteResourceAttributes;
  const ignored = config.ignoreResourceAttributes;
  if (config.promoteAllResourceAttributes && promoted.length > 0) {
    wrong('promote_resource_attributes', 'promote_all_resource_attributes promotes them all');
  }
  if (!config.promoteAllResourceAttributes && ignored.length > 0) {
    wrong('ignore_resource_attributes', 'needs promote_all_resource_attributes: true');
  }
  for (const [key, all] of [
    ['promote_resource_attributes', promoted],
    ['ignore_resource_attributes', ignored],
  ] as const) {
    const names = all.map((name) => name.trim());
    if (names.includes('')) wrong(key, 'an attribute without a name');
    if (new Set(names).size < names.length) wrong(key, 'an attribute stands there twice');
  }
}

const DEFAULT_GOGC = 75;
/** Of Go's garbage collector: nothing here. */
export const runtimeSection = section<{ gogc: number }>({
  gogc: field('gogc', integer, { fallback: DEFAULT_GOGC }),
});
