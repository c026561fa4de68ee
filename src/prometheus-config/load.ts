// prometheus.yml in, one checked PrometheusConfig out, with everything that is wrong or noteworthy.
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { stringify } from 'yaml';
import { InputError, messageOf } from '#lib/errors.ts';
import { alertingSection, finishAlerting, type WrittenAlerting } from './alerting-section.ts';
import type { GlobalConfig, PrometheusConfig, ScrapeConfig, TracingConfig } from './config.ts';
import { expandEnvironment } from './environment.ts';
import { filesOf, isFilePattern } from './file-pattern.ts';
import {
  finishStorage,
  globalSection,
  otlpSection,
  runtimeSection,
  storageSection,
  tracingSection,
} from './global-section.ts';
import { formatProblem, type Place, type Problem } from './place.ts';
import { Cursor, type ReadingOptions } from './reading.ts';
import { checkRemotes, remoteReads, remoteWrites } from './remote-section.ts';
import {
  checkJobName,
  finishScrapeConfig,
  scrapeSection,
  type WrittenScrapeConfig,
} from './scrape-section.ts';
import { field, optional, placeOf, section, writtenField } from './section.ts';
import { holdsMonitors, jobsOfMonitors } from './service-monitor.ts';
import { list, listOf, path, readValue } from './type.ts';
import { parseYaml } from './yaml-tree.ts';

export interface LoadOptions {
  readonly file: string;
  /** For `external_labels`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Unknown keys are errors; by default warnings. */
  readonly isStrict?: boolean;
}

export interface LoadResult {
  /** Undefined when there is an error among the problems. */
  readonly config: PrometheusConfig | undefined;
  readonly problems: readonly Problem[];
}

const scrapeConfigs = listOf(scrapeSection, 'scrape config section');

const fileFields = {
  global: field('global', globalSection, { isAlwaysShown: true }),
  runtime: field('runtime', runtimeSection),
  alerting: field('alerting', alertingSection),
  ruleFiles: field('rule_files', list(path)),
  scrapeConfigFiles: field('scrape_config_files', list(path)),
  scrapeConfigs: field('scrape_configs', scrapeConfigs),
  storage: field('storage', storageSection),
  tracing: field('tracing', optional(tracingSection)),
  remoteWrite: field('remote_write', remoteWrites),
  remoteRead: field('remote_read', remoteReads),
  otlp: field('otlp', otlpSection),
  written: writtenField,
};
type FileValues = {
  readonly [K in keyof typeof fileFields]: (typeof fileFields)[K]['fallback'];
};
const fileSection = section<FileValues>(fileFields as never, {
  ignored: { scrape_configs_files: 'did you mean scrape_config_files? ignored' },
});
const scrapeFileSection = section<{ scrapeConfigs: readonly WrittenScrapeConfig[] }>({
  scrapeConfigs: fileFields.scrapeConfigs,
});

/**
 * Reads the file and those of `scrape_config_files`; other files that it names are not touched.
 * Throws InputError `prometheus_config_unreadable` or `prometheus_config_invalid`, which names every
 * mistake; `onWarning` gets the rest.
 */
export function loadPrometheusConfig(
  options: LoadOptions,
  onWarning: (warning: Problem) => void = () => {},
): PrometheusConfig {
  const { config, problems } = parsePrometheusConfig(readText(options.file), options);
  for (const problem of problems) if (problem.severity === 'warning') onWarning(problem);
  if (config) return config;
  const errors = problems.filter(({ severity }) => severity === 'error');
  throw new InputError('prometheus_config_invalid', errors.map(formatProblem).join('\n'));
}

export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new InputError(
      'prometheus_config_unreadable',
      `cannot read ${file}: ${messageOf(cause)}`,
      { cause },
    );
  }
}

/** The same from a text; never throws. */
export function parsePrometheusConfig(text: string, options: LoadOptions): LoadResult {
  const problems: Problem[] = [];
  const reading = readingOf(options.file, options, problems);
  const tree = parseYaml(text, options.file, problems);
  if (!tree) return { config: undefined, problems };
  const at = new Cursor(reading);
  const values = readValue(fileSection, tree, at);
  const config = finish(values, at, options);
  return { config: problems.some((p) => p.severity === 'error') ? undefined : config, problems };
}

const readingOf = (file: string, options: LoadOptions, problems: Problem[]): ReadingOptions => ({
  file,
  folder: dirname(file),
  isStrict: options.isStrict ?? false,
  problems,
});

function finish(values: FileValues, at: Cursor, options: LoadOptions): PrometheusConfig {
  const { written } = values;
  const global = withEnvironment(values.global, placeOf(written, 'global'), at, options);
  const validation = global.metricNameValidation;
  const alerting = finishAlerting(values.alerting, validation);
  const jobs = new Map<string, Place>();
  const own = values.scrapeConfigs.map((config) => finishScrapeConfig(config, global));
  for (const config of own) checkJobName(config, jobs, at.key('scrape_configs'));
  const remotes = { writes: values.remoteWrite, reads: values.remoteRead };
  checkRemotes(remotes, written, at, validation);
  for (const key of ['rule_files', 'scrape_config_files'] as const) {
    const patterns = key === 'rule_files' ? values.ruleFiles : values.scrapeConfigFiles;
    for (const pattern of patterns.filter((one) => !isFilePattern(one))) {
      at.key(key).error(placeOf(written, key), `'${pattern}' has * before its last part`);
    }
  }
  if (values.otlp.translationStrategy.startsWith('No') && validation === 'legacy') {
    at.key('otlp').error(
      placeOf(written, 'otlp'),
      `translation_strategy ${values.otlp.translationStrategy} needs metric_name_validation_scheme utf8`,
    );
  }
  const others = values.scrapeConfigFiles.flatMap((pattern) =>
    readScrapeFiles(pattern, { global, jobs, at, options }),
  );
  const tracing: TracingConfig | undefined = values.tracing;
  return {
    file: options.file,
    global,
    alerting,
    ruleFiles: values.ruleFiles,
    scrapeConfigFiles: values.scrapeConfigFiles,
    scrapeConfigs: [...own, ...others],
    remoteWrite: values.remoteWrite,
    remoteRead: values.remoteRead,
    storage: finishStorage(values.storage),
    tracing,
    otlp: values.otlp,
    yaml: show({
      ...values,
      global,
      // The finished ones have the same properties, with what they took over.
      alerting: alerting as unknown as WrittenAlerting,
      scrapeConfigs: own as unknown as readonly WrittenScrapeConfig[],
    }),
  };
}

const show = (values: FileValues): string =>
  stringify(fileSection.show(values) ?? {}, { indentSeq: false, lineWidth: 0, version: '1.1' });

function withEnvironment(
  global: GlobalConfig,
  place: Place,
  at: Cursor,
  { env }: LoadOptions,
): GlobalConfig {
  const externalLabels = global.externalLabels.map(([name, value]) => {
    const expanded = expandEnvironment(value, env, (variable) => {
      at.key('global.external_labels').warn(place, `the variable ${variable} is not set`);
    });
    return [name, expanded] as const;
  });
  return { ...global, externalLabels: externalLabels.filter(([, value]) => value !== '') };
}

interface ScrapeFileContext {
  readonly global: GlobalConfig;
  readonly jobs: Map<string, Place>;
  readonly at: Cursor;
  readonly options: LoadOptions;
}

function readScrapeFiles(pattern: string, context: ScrapeFileContext): ScrapeConfig[] {
  const { global, jobs: names, at, options } = context;
  const { problems } = at.options;
  return filesOf(pattern).flatMap((file) => {
    let text: string;
    try {
      text = readText(file);
    } catch (error) {
      at.key('scrape_config_files').error({ file, line: 1, column: 1 }, messageOf(error));
      return [];
    }
    const jobs = holdsMonitors(text) ? jobsOfMonitors(text) : undefined;
    const content = jobs ? JSON.stringify({ scrape_configs: jobs }) : text;
    const tree = parseYaml(content, file, problems);
    if (!tree) return [];
    const inFile = new Cursor(readingOf(file, options, problems));
    const values = readValue(scrapeFileSection, tree, inFile);
    return values.scrapeConfigs.map((written) => {
      const config = finishScrapeConfig(written, global);
      checkJobName(config, names, inFile.key('scrape_configs'));
      return config;
    });
  });
}
