// A Promtail file in, one checked graph of collection out, with everything that is wrong or noteworthy.
// https://grafana.com/docs/loki/latest/send-data/promtail/configuration/
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { InputError, messageOf } from '#lib/errors.ts';
import type { LogCollectionConfig } from '#pipeline/log/collection-config.ts';
import { formatProblem, type Problem } from '#prometheus-config/place.ts';
import { Cursor } from '#prometheus-config/reading.ts';
import { field, optional, placeOf, section, writtenField } from '#prometheus-config/section.ts';
import { flag, listOf, readValue, text, unsigned } from '#prometheus-config/type.ts';
import { parseYaml, type YamlNode } from '#prometheus-config/yaml-tree.ts';
import { clientSection, noClient } from './client-section.ts';
import type { PromtailClient } from './config.ts';
import { promtailTreeIn } from './config-map.ts';
import { type Environment, expandTree } from './environment.ts';
import { graphOf } from './graph.ts';
import { jobSection } from './job-section.ts';
import { limitsSection } from './limits-section.ts';
import { ownServerSection } from './server-section.ts';
import { goDuration, passedOver } from './type.ts';

export interface PromtailOptions {
  readonly file: string;
  readonly env: Environment;
  /** Unknown keys are errors, as they are to Promtail; by default they are. */
  readonly isStrict?: boolean;
}

export interface PromtailResult {
  /** Undefined when there is an error among the problems. */
  readonly config: LogCollectionConfig | undefined;
  readonly problems: readonly Problem[];
  /** URLs of clients: what Promtail would send there goes into the own store. */
  readonly urls: readonly string[];
}

const positionsSection = section<{ file: string; syncMs: number; ignores: boolean }>({
  file: field('filename', text, { fallback: '/var/log/positions.yaml' }),
  syncMs: field('sync_period', goDuration),
  ignores: field('ignore_invalid_yaml', flag),
});
const targetSection = section<{ syncPeriodMs: number; isStdin: boolean }>(
  {
    syncPeriodMs: field('sync_period', goDuration, { fallback: 10_000 }),
    isStdin: field('stdin', flag),
  },
  {
    check: ({ isStdin }, written, at) => {
      if (isStdin) at.error(placeOf(written, 'stdin'), 'lines are not read from standard input');
      return undefined;
    },
  },
);
const watchSection = section<{ pollMs: number; slowestMs: number }>({
  pollMs: field('min_poll_frequency', goDuration, { fallback: 250 }),
  slowestMs: field('max_poll_frequency', goDuration, { fallback: 250 }),
});
const globalSection = section<{ watch: { pollMs: number }; watchLong: { pollMs: number } }>({
  watch: field('file_watch', watchSection),
  watchLong: field('file_watch_config', watchSection),
});
const optionsSection = section<{ labels: undefined }>(
  { labels: passedOver(['stream_lag_labels']) },
  {
    check: (_, { place, entries }, at) => {
      if (entries.size > 0) at.warn(place, 'lag is not measured per stream; ignored');
      return undefined;
    },
  },
);
const tracingSection = section<{ isEnabled: boolean; others: undefined }>({
  isEnabled: field('enabled', flag),
  others: passedOver(['profiling_enabled']),
});
const walSection = section<{ isEnabled: boolean; others: undefined; maxAge: number; n: number }>({
  isEnabled: field('enabled', flag),
  others: passedOver(['dir', 'cleaner', 'watch_config', 'watchConfig']),
  maxAge: field('max_segment_age', goDuration),
  n: field('segments', unsigned),
});

const jobs = listOf(jobSection, 'scrape config section');
const fileSection = section<FileValues>(
  {
    server: field('server', ownServerSection),
    client: field('client', optional(clientSection)),
    clients: field('clients', listOf(clientSection, 'client')),
    positions: field('positions', positionsSection),
    jobs: field('scrape_configs', jobs),
    target: field('target_config', targetSection),
    limits: field('limits_config', limitsSection),
    global: field('global', globalSection),
    options: field('options', optionsSection),
    tracing: field('tracing', tracingSection),
    wal: field('wal', walSection),
    ofAgent: passedOver(['logs']),
    written: writtenField,
  } as never,
  {
    check: ({ tracing, wal, written }, _, at) => {
      const logs = written.entries.get('logs');
      if (logs) {
        const why = "this is a file of Grafana's Agent; convert it to one of Alloy";
        at.key('logs').error(logs.keyPlace, why);
      }
      if (tracing.isEnabled) {
        at.key('tracing').warn(placeOf(written, 'tracing'), 'the program traces itself; ignored');
      }
      if (wal.isEnabled) {
        const why = 'positions move on when lines are stored: nothing needs a write-ahead log';
        at.key('wal').warn(placeOf(written, 'wal'), `${why}; ignored`);
      }
      return undefined;
    },
  },
);
interface FileValues {
  readonly client: PromtailClient | undefined;
  readonly clients: readonly PromtailClient[];
  readonly positions: { readonly file: string };
  readonly jobs: readonly Parameters<typeof jobSection.finish>[0][];
  readonly target: { readonly syncPeriodMs: number };
  readonly limits: typeof limitsSection.fallback;
  readonly global: typeof globalSection.fallback;
  readonly tracing: { readonly isEnabled: boolean };
  readonly wal: { readonly isEnabled: boolean };
  readonly written: typeof writtenField.fallback;
}

/**
 * Reads the file. Throws InputError `promtail_config_unreadable` or `promtail_config_invalid`, which
 * names every mistake; `onWarning` gets the rest.
 */
export function loadPromtailConfig(
  options: PromtailOptions,
  onWarning: (warning: Problem) => void = () => {},
): Required<PromtailResult> & { readonly config: LogCollectionConfig } {
  const result = parsePromtailConfig(readText(options.file), options);
  for (const problem of result.problems) if (problem.severity === 'warning') onWarning(problem);
  if (result.config) return { ...result, config: result.config };
  const errors = result.problems.filter(({ severity }) => severity === 'error');
  throw new InputError('promtail_config_invalid', errors.map(formatProblem).join('\n'));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const message = `cannot read ${file}: ${messageOf(cause)}`;
    throw new InputError('promtail_config_unreadable', message, { cause });
  }
}

/** The same from a text, that of a ConfigMap with such a file included; never throws. */
export function parsePromtailConfig(content: string, options: PromtailOptions): PromtailResult {
  const problems: Problem[] = [];
  const { file } = options;
  const whole = parseYaml(content, file, problems);
  const tree = whole && promtailTreeIn(whole, { text: content, file, problems });
  return tree
    ? readPromtailTree(tree, options, problems)
    : { config: undefined, problems, urls: [] };
}

function readPromtailTree(
  tree: YamlNode,
  { file, env, isStrict = true }: PromtailOptions,
  problems: Problem[],
): PromtailResult {
  const at = new Cursor({ file, folder: dirname(file), isStrict, problems });
  const values = readValue(fileSection, expandTree(tree, env, at), at);
  const { written, limits } = values;
  const clients = [...(values.client ? [values.client] : []), ...values.clients];
  checkJobs(values, at);
  const { watch, watchLong } = values.global;
  const config = graphOf({
    clients: clients.length > 0 ? clients : [noClient(written.place)],
    jobs: values.jobs.map(jobSection.finish),
    limits,
    positionsFile: values.positions.file,
    syncPeriodMs: values.target.syncPeriodMs,
    pollMs: Math.max(watch.pollMs, watchLong.pollMs),
  });
  const isWrong = problems.some(({ severity }) => severity === 'error');
  const urls = clients.map(({ url }) => url).filter((url) => url !== '');
  return { config: isWrong ? undefined : config, problems, urls };
}

function checkJobs({ jobs: all, written }: FileValues, at: Cursor): void {
  if (all.length === 0) {
    const place = placeOf(written, 'scrape_configs');
    at.key('scrape_configs').warn(place, 'there is no job: nothing is collected');
  }
}
