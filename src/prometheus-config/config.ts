// What a prometheus.yml says, with every default filled in: what `loadPrometheusConfig` gives.
// Durations are milliseconds, sizes bytes, file names absolute. A limit of 0 is none.
// https://prometheus.io/docs/prometheus/latest/configuration/configuration/
import type { DiscoveryConfig } from './discovery-config.ts';
import type { HttpClientConfig, TlsConfig } from './http-client-config.ts';
import type { Place } from './place.ts';
import type { LabelPairs, NameValidation, RelabelConfig } from './relabel-config.ts';

export const scrapeProtocols = [
  'PrometheusProto',
  'OpenMetricsText1.0.0',
  'OpenMetricsText0.0.1',
  'PrometheusText1.0.0',
  'PrometheusText0.0.4',
] as const;
export type ScrapeProtocol = (typeof scrapeProtocols)[number];

export const nameEscapings = ['allow-utf-8', 'underscores', 'dots', 'values'] as const;
export type NameEscaping = (typeof nameEscapings)[number];

/** What a scrape may bring; `global` has them for all jobs. */
export interface ScrapeLimits {
  readonly bodySizeLimitBytes: number;
  readonly sampleLimit: number;
  readonly targetLimit: number;
  readonly labelLimit: number;
  readonly labelNameLengthLimit: number;
  readonly labelValueLengthLimit: number;
  readonly keepDroppedTargets: number;
}

export interface GlobalConfig extends ScrapeLimits {
  readonly scrapeIntervalMs: number;
  readonly scrapeTimeoutMs: number;
  /** Undefined: each job decides by its `scrapeNativeHistograms`. */
  readonly scrapeProtocols: readonly ScrapeProtocol[] | undefined;
  readonly evaluationIntervalMs: number;
  readonly ruleQueryOffsetMs: number;
  readonly queryLogFile: string;
  readonly scrapeFailureLogFile: string;
  /** Variables of the environment are filled in. */
  readonly externalLabels: LabelPairs;
  readonly metricNameValidation: NameValidation;
  readonly metricNameEscaping: NameEscaping | '';
  readonly scrapeNativeHistograms: boolean;
  readonly convertClassicHistogramsToNhcb: boolean;
  readonly alwaysScrapeClassicHistograms: boolean;
  readonly extraScrapeMetrics: boolean;
}

export interface ScrapeConfig extends ScrapeLimits {
  readonly jobName: string;
  readonly place: Place;
  readonly honorLabels: boolean;
  readonly honorTimestamps: boolean;
  readonly trackTimestampsStaleness: boolean;
  readonly params: ReadonlyMap<string, readonly string[]>;
  readonly scrapeIntervalMs: number;
  readonly scrapeTimeoutMs: number;
  readonly scrapeProtocols: readonly ScrapeProtocol[];
  readonly fallbackScrapeProtocol: ScrapeProtocol | '';
  readonly scrapeNativeHistograms: boolean;
  readonly alwaysScrapeClassicHistograms: boolean;
  readonly convertClassicHistogramsToNhcb: boolean;
  readonly extraScrapeMetrics: boolean;
  readonly scrapeFailureLogFile: string;
  readonly metricsPath: string;
  readonly scheme: string;
  readonly enableCompression: boolean;
  readonly nativeHistogramBucketLimit: number;
  readonly nativeHistogramMinBucketFactor: number;
  readonly metricNameValidation: NameValidation;
  readonly metricNameEscaping: NameEscaping;
  readonly http: HttpClientConfig;
  readonly relabelConfigs: readonly RelabelConfig[];
  readonly metricRelabelConfigs: readonly RelabelConfig[];
  readonly discoveries: readonly DiscoveryConfig[];
}

export interface AlertmanagerConfig {
  readonly place: Place;
  readonly scheme: string;
  readonly pathPrefix: string;
  readonly timeoutMs: number;
  readonly http: HttpClientConfig;
  readonly relabelConfigs: readonly RelabelConfig[];
  readonly alertRelabelConfigs: readonly RelabelConfig[];
  readonly discoveries: readonly DiscoveryConfig[];
}

export interface AlertingConfig {
  readonly alertRelabelConfigs: readonly RelabelConfig[];
  readonly alertmanagers: readonly AlertmanagerConfig[];
}

/** Accepted and shown; Sightline stores by itself and forwards nothing. */
export interface RemoteStorageConfig {
  readonly url: string;
  readonly name: string;
}

export interface TracingConfig {
  readonly clientType: 'http' | 'grpc';
  readonly endpoint: string;
  readonly samplingFraction: number;
  readonly isInsecure: boolean;
  readonly tls: TlsConfig;
  readonly headers: ReadonlyMap<string, string>;
  readonly compression: string;
  readonly timeoutMs: number;
}

export interface StorageConfig {
  readonly outOfOrderTimeWindowMs: number;
  readonly retentionTimeMs: number;
  readonly retentionSizeBytes: number;
  readonly maxExemplars: number;
}

export const otlpTranslations = [
  'UnderscoreEscapingWithSuffixes',
  'UnderscoreEscapingWithoutSuffixes',
  'NoUTF8EscapingWithSuffixes',
  'NoTranslation',
] as const;
export type OtlpTranslation = (typeof otlpTranslations)[number];

export interface OtlpConfig {
  readonly promoteAllResourceAttributes: boolean;
  readonly promoteResourceAttributes: readonly string[];
  readonly ignoreResourceAttributes: readonly string[];
  readonly translationStrategy: OtlpTranslation;
  readonly keepIdentifyingResourceAttributes: boolean;
  readonly convertHistogramsToNhcb: boolean;
  readonly promoteScopeMetadata: boolean;
}

export interface PrometheusConfig {
  /** Of prometheus.yml, as it was given. */
  readonly file: string;
  readonly global: GlobalConfig;
  readonly alerting: AlertingConfig;
  /** Patterns; their last part may have `*`. */
  readonly ruleFiles: readonly string[];
  readonly scrapeConfigFiles: readonly string[];
  /** Those of `scrape_config_files` come after those of the file itself. */
  readonly scrapeConfigs: readonly ScrapeConfig[];
  readonly remoteWrite: readonly RemoteStorageConfig[];
  readonly remoteRead: readonly RemoteStorageConfig[];
  readonly storage: StorageConfig;
  readonly tracing: TracingConfig | undefined;
  readonly otlp: OtlpConfig;
  /** The file again, with defaults and with `<secret>` for secrets: /api/v1/status/config. */
  readonly yaml: string;
}
