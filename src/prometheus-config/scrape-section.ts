// How `scrape_configs` are read, and how they take over what `global` says.
import {
  type GlobalConfig,
  type NameEscaping,
  nameEscapings,
  type ScrapeConfig,
  type ScrapeLimits,
  type ScrapeProtocol,
  scrapeProtocols,
} from './config.ts';
import { discoveriesField } from './discovery-section.ts';
import { httpClient } from './http-client-section.ts';
import type { Place } from './place.ts';
import type { Cursor } from './reading.ts';
import type { NameValidation, RelabelConfig } from './relabel-config.ts';
import { finishRelabel, relabelList, type WrittenRelabelConfig } from './relabel-section.ts';
import {
  type Fields,
  field,
  inline,
  placeField,
  placeOf,
  section,
  type Written,
  writtenField,
} from './section.ts';
import {
  duration,
  flag,
  float,
  inheritedFlag,
  list,
  mapOf,
  oneOf,
  path,
  size,
  type Type,
  text,
  unsigned,
} from './type.ts';

export const limitFields: Fields<ScrapeLimits> = {
  bodySizeLimitBytes: field('body_size_limit', size),
  sampleLimit: field('sample_limit', unsigned),
  targetLimit: field('target_limit', unsigned),
  labelLimit: field('label_limit', unsigned),
  labelNameLengthLimit: field('label_name_length_limit', unsigned),
  labelValueLengthLimit: field('label_value_length_limit', unsigned),
  keepDroppedTargets: field('keep_dropped_targets', unsigned),
};

const protocol = oneOf(scrapeProtocols);

/** Undefined when it is not written; an empty list is a mistake. */
export const protocols: Type<readonly ScrapeProtocol[] | undefined> = {
  zero: undefined,
  read: (node, at) => {
    const all = list(protocol).read(node, at) as readonly ScrapeProtocol[];
    if (all.length === 0) at.error(node.place, 'scrape_protocols is empty');
    if (new Set(all).size < all.length) at.error(node.place, 'a protocol stands there twice');
    return all;
  },
  show: (value) => (value && value.length > 0 ? value : undefined),
};

export const nameValidation = oneOf(['utf8', 'legacy'] as const);
export const nameEscaping = oneOf(nameEscapings);

/** As written: what is undefined, empty or 0 is taken from `global`. */
export interface WrittenScrapeConfig
  extends Omit<
    ScrapeConfig,
    | 'scrapeProtocols'
    | 'scrapeNativeHistograms'
    | 'alwaysScrapeClassicHistograms'
    | 'convertClassicHistogramsToNhcb'
    | 'extraScrapeMetrics'
    | 'metricNameValidation'
    | 'metricNameEscaping'
    | 'relabelConfigs'
    | 'metricRelabelConfigs'
  > {
  readonly scrapeProtocols: readonly ScrapeProtocol[] | undefined;
  readonly scrapeNativeHistograms: boolean | undefined;
  readonly alwaysScrapeClassicHistograms: boolean | undefined;
  readonly convertClassicHistogramsToNhcb: boolean | undefined;
  readonly extraScrapeMetrics: boolean | undefined;
  readonly metricNameValidation: NameValidation | '';
  readonly metricNameEscaping: NameEscaping | '';
  readonly relabelConfigs: readonly WrittenRelabelConfig[];
  readonly metricRelabelConfigs: readonly WrittenRelabelConfig[];
  readonly written: Written;
  readonly at: Cursor | undefined;
}

export const scrapeSection = section<WrittenScrapeConfig>(
  {
    jobName: field('job_name', text, { isAlwaysShown: true }),
    honorLabels: field('honor_labels', flag),
    honorTimestamps: field('honor_timestamps', flag, { fallback: true, isAlwaysShown: true }),
    trackTimestampsStaleness: field('track_timestamps_staleness', flag, { isAlwaysShown: true }),
    params: field('params', mapOf(list(text))),
    scrapeIntervalMs: field('scrape_interval', duration),
    scrapeTimeoutMs: field('scrape_timeout', duration),
    scrapeProtocols: field('scrape_protocols', protocols),
    fallbackScrapeProtocol: field('fallback_scrape_protocol', protocol),
    scrapeNativeHistograms: field('scrape_native_histograms', inheritedFlag),
    alwaysScrapeClassicHistograms: field('always_scrape_classic_histograms', inheritedFlag),
    convertClassicHistogramsToNhcb: field('convert_classic_histograms_to_nhcb', inheritedFlag),
    scrapeFailureLogFile: field('scrape_failure_log_file', path),
    metricsPath: field('metrics_path', text, { fallback: '/metrics' }),
    scheme: field('scheme', text, { fallback: 'http' }),
    enableCompression: field('enable_compression', flag, { fallback: true, isAlwaysShown: true }),
    ...limitFields,
    nativeHistogramBucketLimit: field('native_histogram_bucket_limit', unsigned),
    nativeHistogramMinBucketFactor: field('native_histogram_min_bucket_factor', float),
    metricNameValidation: field('metric_name_validation_scheme', nameValidation),
    metricNameEscaping: field('metric_name_escaping_scheme', nameEscaping),
    extraScrapeMetrics: field('extra_scrape_metrics', inheritedFlag),
    http: inline(httpClient),
    relabelConfigs: field('relabel_configs', relabelList('target relabeling rule')),
    metricRelabelConfigs: field('metric_relabel_configs', relabelList('metric relabeling rule')),
    discoveries: discoveriesField,
    place: placeField,
    written: writtenField,
    at: { keys: [], fallback: undefined, read: (_, at) => at, show: () => [] },
  },
  {
    ignored: {
      scrape_classic_histograms: 'is now always_scrape_classic_histograms; ignored',
      target_groups: 'is now static_configs; ignored',
    },
    check: (config, written, at) => {
      if (config.jobName === '') at.error(placeOf(written, 'job_name'), 'job_name is empty');
      checkStaticTargets(config, at);
      return undefined;
    },
  },
);

/** Without rules that could change them, targets have to be addresses. */
export function checkStaticTargets(
  config: Pick<WrittenScrapeConfig, 'relabelConfigs' | 'discoveries'>,
  at: Cursor,
): void {
  if (config.relabelConfigs.length > 0) return;
  for (const discovery of config.discoveries) {
    if (discovery.kind !== 'static') continue;
    for (const target of discovery.groups.flatMap(({ targets }) => targets)) {
      if (!target.includes('/')) continue;
      const remedy = 'write host:port, and the rest to scheme and metrics_path';
      at.key('static_configs').error(
        discovery.place,
        `'${target}' is a URL, not an address; ${remedy}`,
      );
    }
  }
}

/** With the values of `global` where the job has none. */
export function finishScrapeConfig(
  config: WrittenScrapeConfig,
  global: GlobalConfig,
): ScrapeConfig {
  const { written, at, ...rest } = config;
  const scrapeNativeHistograms = config.scrapeNativeHistograms ?? global.scrapeNativeHistograms;
  const validation = config.metricNameValidation || global.metricNameValidation;
  const scrapeIntervalMs = config.scrapeIntervalMs || global.scrapeIntervalMs;
  const finish = (rules: readonly WrittenRelabelConfig[]): RelabelConfig[] =>
    rules.map((rule) => finishRelabel(rule, validation));
  if (at && config.scrapeTimeoutMs > scrapeIntervalMs) {
    at.key('scrape_timeout').error(
      placeOf(written, 'scrape_timeout'),
      'scrape_timeout is longer than scrape_interval',
    );
  }
  const metricNameEscaping = escapingOf(config, global);
  if (at && metricNameEscaping === 'allow-utf-8' && validation === 'legacy') {
    at.error(
      placeOf(written, 'metric_name_escaping_scheme'),
      'metric_name_escaping_scheme allow-utf-8 needs metric_name_validation_scheme utf8',
    );
  }
  return {
    ...rest,
    ...limitsOf(config, global),
    scrapeIntervalMs,
    scrapeTimeoutMs: config.scrapeTimeoutMs || Math.min(global.scrapeTimeoutMs, scrapeIntervalMs),
    scrapeFailureLogFile: config.scrapeFailureLogFile || global.scrapeFailureLogFile,
    scrapeNativeHistograms,
    scrapeProtocols:
      config.scrapeProtocols ??
      global.scrapeProtocols ??
      // Protobuf only for those who want what only protobuf has.
      (scrapeNativeHistograms ? scrapeProtocols : scrapeProtocols.slice(1)),
    alwaysScrapeClassicHistograms:
      config.alwaysScrapeClassicHistograms ?? global.alwaysScrapeClassicHistograms,
    convertClassicHistogramsToNhcb:
      config.convertClassicHistogramsToNhcb ?? global.convertClassicHistogramsToNhcb,
    extraScrapeMetrics: config.extraScrapeMetrics ?? global.extraScrapeMetrics,
    metricNameValidation: validation,
    metricNameEscaping,
    relabelConfigs: finish(config.relabelConfigs),
    metricRelabelConfigs: finish(config.metricRelabelConfigs),
  };
}

/** A job that sets its own validation does not take the escaping of `global`. */
function escapingOf(config: WrittenScrapeConfig, global: GlobalConfig): NameEscaping {
  if (config.metricNameEscaping !== '') return config.metricNameEscaping;
  const ofValidation = (validation: NameValidation): NameEscaping =>
    validation === 'legacy' ? 'underscores' : 'allow-utf-8';
  if (config.metricNameValidation !== '') return ofValidation(config.metricNameValidation);
  return global.metricNameEscaping || ofValidation(global.metricNameValidation);
}

function limitsOf(config: ScrapeLimits, global: ScrapeLimits): ScrapeLimits {
  return {
    bodySizeLimitBytes: config.bodySizeLimitBytes || global.bodySizeLimitBytes,
    sampleLimit: config.sampleLimit || global.sampleLimit,
    targetLimit: config.targetLimit || global.targetLimit,
    labelLimit: config.labelLimit || global.labelLimit,
    labelNameLengthLimit: config.labelNameLengthLimit || global.labelNameLengthLimit,
    labelValueLengthLimit: config.labelValueLengthLimit || global.labelValueLengthLimit,
    keepDroppedTargets: config.keepDroppedTargets || global.keepDroppedTargets,
  };
}

/** Reports names that stand there twice; `known` is where each was seen first. */
export function checkJobName(config: ScrapeConfig, known: Map<string, Place>, at: Cursor): void {
  const before = known.get(config.jobName);
  if (before) {
    const where = `${before.file}:${before.line}`;
    at.error(config.place, `there is another job named '${config.jobName}', at ${where}`);
  }
  known.set(config.jobName, before ?? config.place);
}
