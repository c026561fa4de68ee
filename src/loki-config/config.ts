// What of Loki's configuration file means something here; undefined where the file does not say it.
// https://grafana.com/docs/loki/latest/configure/

export interface LokiConfig {
  readonly file: string;
  readonly authEnabled: boolean;
  readonly server: LokiServer;
  readonly limits: LokiLimits;
  readonly compactor: LokiCompactor;
  readonly ruler: LokiRuler;
  /** `common.storage.filesystem.rules_directory` */
  readonly commonRulesDirectory: string;
}

export interface LokiServer {
  readonly httpListenPort: number | undefined;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | '';
}

export interface LokiLimits {
  readonly ingestionRateMb: number | undefined;
  readonly ingestionBurstSizeMb: number | undefined;
  readonly maxLabelNameLength: number | undefined;
  readonly maxLabelValueLength: number | undefined;
  readonly maxLabelNamesPerSeries: number | undefined;
  readonly rejectOldSamples: boolean | undefined;
  readonly rejectOldSamplesMaxAgeMs: number | undefined;
  readonly maxLineSizeBytes: number | undefined;
  readonly maxQuerySeries: number | undefined;
  readonly maxQueryLengthMs: number | undefined;
  readonly maxQueryBytesRead: number | undefined;
  readonly maxEntriesLimitPerQuery: number | undefined;
  readonly queryTimeoutMs: number | undefined;
  readonly maxConcurrentTailRequests: number | undefined;
  readonly deletionMode: 'disabled' | 'filter-only' | 'filter-and-delete' | '';
  readonly retentionPeriodMs: number | undefined;
}

export interface LokiCompactor {
  readonly retentionEnabled: boolean;
  readonly deleteRequestCancelPeriodMs: number | undefined;
}

export interface LokiRuler {
  readonly alertmanagerUrls: readonly string[];
  readonly externalUrl: string;
  readonly evaluationIntervalMs: number | undefined;
  /** Of `storage.local`. */
  readonly rulesDirectory: string;
}
