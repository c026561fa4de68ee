// Every key of sightline.yaml, which is also a flag (`--a-b-c`) and a variable (SIGHTLINE_A_B_C).
// One list: parsing, --help and docs/reference/config.md are made from it.

import { lokiOptions } from './loki-options.ts';
import { serviceGraphOptions } from './service-graph-options.ts';
import { traceMetricsOptions } from './trace-metrics-options.ts';

export type OptionType =
  | 'text'
  | 'flag'
  | 'integer'
  | 'duration'
  | 'size'
  | 'list'
  | 'map'
  | { readonly oneOf: readonly string[] };

export interface OptionDefinition {
  readonly type: OptionType;
  /** As a user would write it; undefined: no value. */
  readonly default: string | undefined;
  readonly meaning: string;
  /** The smallest value, written like the default; else it is 0. */
  readonly least?: string;
  /** A flag with another name than the key's (DESIGN: the short forms). */
  readonly flag?: string;
  /** False: not for the command line (secrets show in process lists). */
  readonly onCommandLine?: boolean;
}

export const options = {
  data_dir: {
    type: 'text',
    default: './data',
    meaning: 'Folder for everything that lasts. One process at a time may use it.',
  },
  storage: {
    type: 'text',
    default: undefined,
    meaning:
      'URL of a ClickHouse to use instead of the embedded one: http(s)://user:pass@host:8123/database?cluster=name.',
    onCommandLine: true,
  },
  listen: {
    type: 'text',
    default: '127.0.0.1',
    meaning: 'Interface to listen on. Anything but loopback needs auth.users or auth.tokens.',
  },
  port_offset: {
    type: 'integer',
    default: '0',
    meaning: 'Added to every port, for several instances on one machine.',
  },
  config: { type: 'text', default: undefined, meaning: 'Path of sightline.yaml.' },
  demo: {
    type: 'flag',
    default: 'false',
    meaning: 'Also run the three demo services and their load.',
  },
  'compat.strict': {
    type: 'flag',
    default: 'false',
    flag: 'strict',
    meaning: 'Refuse exactly what Prometheus, Loki and Tempo refuse: no supersets.',
  },
  'log.level': {
    type: { oneOf: ['debug', 'info', 'warn', 'error'] },
    default: 'info',
    meaning: 'The least level of our own log that is printed.',
  },
  'memory.limit': {
    type: 'size',
    default: '1GiB',
    least: '64MiB',
    meaning: 'Memory of this process. Queues and bodies in flight take at most a quarter of it.',
  },
  'memory.engine': {
    type: 'size',
    default: undefined,
    meaning: 'Memory of the embedded engine. Default: 40 % of the machine, at most 4 GiB.',
  },
  'ingest.max_body_bytes': {
    type: 'size',
    default: '64MiB',
    meaning: 'Largest request body, after decompression. Larger: 413.',
  },
  'ingest.max_attribute_bytes': {
    type: 'size',
    default: '1MiB',
    meaning: 'Longest value of one attribute. An item with a longer one is rejected.',
  },
  'ingest.max_age': {
    type: 'duration',
    default: undefined,
    meaning: 'Items older than this are rejected. Default: the retention of their signal. 0: off.',
  },
  'ingest.max_future': {
    type: 'duration',
    default: '10m',
    meaning: 'Items further in the future than this are rejected. 0: off.',
  },
  'ingest.commit_interval': {
    type: 'duration',
    default: '100ms',
    meaning: 'Longest time that an item waits for others before it is committed (at most 200ms).',
  },
  'retention.metrics': {
    type: 'duration',
    default: '30d',
    meaning: 'How long metrics are kept. 0: for ever.',
  },
  'retention.logs': {
    type: 'duration',
    default: '7d',
    meaning: 'How long logs are kept. 0: for ever.',
  },
  'retention.traces': {
    type: 'duration',
    default: '7d',
    meaning: 'How long traces are kept. 0: for ever.',
  },
  'retention.max_bytes': {
    type: 'size',
    default: undefined,
    meaning: 'Size cap per signal: over it the oldest days are dropped.',
  },
  'query.timeout': {
    type: 'duration',
    default: '2m',
    least: '1ms',
    meaning: 'Longest time of one query.',
  },
  'query.max_samples': {
    type: 'integer',
    default: '50000000',
    meaning: 'Most samples read, and points made of them, that one query may hold.',
  },
  'query.max_series': {
    type: 'integer',
    default: '500000',
    meaning: 'Most series that one query may touch.',
  },
  'query.max_entries': {
    type: 'integer',
    default: '5000',
    meaning: 'Most log lines of one answer.',
  },
  'query.max_lines_scanned': {
    type: 'integer',
    default: '20000000',
    meaning: 'Most log lines that one LogQL query may read out of the engine.',
  },
  'query.max_pattern_lines': {
    type: 'integer',
    default: '20000',
    meaning: 'Log lines that patterns are made of; of more a sample is taken.',
  },
  'query.max_bytes_scanned': {
    type: 'size',
    default: '16GiB',
    meaning:
      'Most bytes of log lines that one LogQL query may read out of the engine. 0: no limit.',
  },
  'query.max_answer_bytes': {
    type: 'size',
    default: '256MiB',
    least: '1MiB',
    meaning: 'Most bytes of log lines in one answer, as its pipeline has formatted them.',
  },
  'query.max_length': {
    type: 'duration',
    default: '721h',
    meaning: "Longest range, from start to end, of a LogQL query; Loki's default. 0: no limit.",
  },
  'query.traceql.max_traces': {
    type: 'integer',
    default: '100000',
    meaning: 'Most traces that one TraceQL search may read whole.',
  },
  'query.traceql.trace_spread': {
    type: 'duration',
    default: '6h',
    meaning:
      'How far before and after a matching span TraceQL looks for the rest of its trace. Longer: traces that last longer are whole, searches read more.',
  },
  'query.traceql.max_series': {
    type: 'integer',
    default: '20000',
    meaning: 'Most series in the answer of one TraceQL metrics query.',
  },
  'query.max_rows': {
    type: 'integer',
    default: '50000000',
    meaning: 'Most rows that one query may bring from the engine.',
  },
  'query.max_memory': {
    type: 'size',
    default: '2GiB',
    meaning: "Most memory of one query in the engine, within the engine's own cap.",
  },
  'query.max_concurrent': {
    type: 'integer',
    default: '20',
    least: '1',
    meaning: 'Queries of all languages that run at once; more wait.',
  },
  'query.tail_queue_bytes': {
    type: 'size',
    default: '32MiB',
    least: '64KiB',
    meaning:
      'What may wait for one slow client of a live tail (for all: 1/8 of memory.limit). Over it lines are left out.',
  },
  'query.cache_bytes': {
    type: 'size',
    default: '128MiB',
    meaning:
      'Most memory for samples and answers that PromQL remembers, for times that no write has changed. 0: none.',
  },
  'query.lookback': {
    type: 'duration',
    default: '5m',
    meaning: "PromQL's lookback delta.",
  },
  'prometheus.config_file': {
    type: 'text',
    default: undefined,
    meaning:
      'Path of a prometheus.yml: what to scrape, rule files and Alertmanagers. Read again on SIGHUP and /-/reload.',
  },
  'promtail.config_file': {
    type: 'text',
    default: undefined,
    meaning:
      'Path of a Promtail configuration: which lines to collect. Read again on SIGHUP and /-/reload.',
  },
  'alloy.config': {
    type: 'text',
    default: undefined,
    meaning:
      'Path of an Alloy configuration, a file or a folder of *.alloy: which lines to collect. Read again on SIGHUP and /-/reload.',
  },
  'logs.files': {
    type: 'list',
    default: undefined,
    meaning:
      'Log files to collect, as patterns with *, **, ?, [a-z] and {a,b}. Their lines get the labels job="files" and filename.',
  },
  'logs.buffer_bytes': {
    type: 'size',
    default: '32MiB',
    least: '1MiB',
    meaning:
      'Collected lines that wait for their commit. Over it nothing more is read until the store has taken some.',
  },
  'logs.max_open_files': {
    type: 'integer',
    default: '256',
    least: '1',
    meaning:
      'Log files that one source holds open, so that rotation cannot take them away unread. Over it the idle are closed.',
  },
  'logs.max_syslog_connections': {
    type: 'integer',
    default: '1000',
    least: '1',
    meaning:
      'Connections that one syslog listener of a collection file holds. More are closed at once.',
  },
  'logs.max_stage_series': {
    type: 'integer',
    default: '10000',
    least: '1',
    meaning:
      'Most series of one metric that a metrics stage makes of lines. Lines that would make another are not counted in it.',
  },
  'prometheus.external_url': {
    type: 'text',
    default: undefined,
    meaning:
      'URL under which people reach the program: in alerts and their templates. By default the one of port 3000.',
  },
  'prometheus.enable_lifecycle': {
    type: 'flag',
    default: 'true',
    meaning: 'Whether POST /-/reload is answered.',
  },
  'prometheus.enable_admin_api': {
    type: 'flag',
    default: 'false',
    meaning: 'Whether /api/v1/admin/tsdb/* (which deletes series) is answered.',
  },
  ...lokiOptions,
  ...traceMetricsOptions,
  ...serviceGraphOptions,
  'scrape.buffer_bytes': {
    type: 'size',
    default: '64MiB',
    least: '1MiB',
    meaning:
      'Scraped samples that wait while the store takes none. Over it the oldest are dropped.',
  },
  'scrape.start_timestamps': {
    type: 'flag',
    default: 'false',
    meaning:
      'Keep when counting began, where pages say so (_created, protobuf): rates then count from there.',
  },
  'query.push_down': {
    type: { oneOf: ['auto', 'always', 'never'] },
    default: 'auto',
    meaning:
      'Where queries run. auto: here where their samples fit into query.cache_bytes, else in the engine where that is exact. always, never: for tests.',
  },
  'tenancy.enabled': {
    type: 'flag',
    default: 'false',
    meaning: 'Take the tenant from the header X-Scope-OrgID; else the header is ignored.',
  },
  'auth.users': {
    type: 'map',
    default: undefined,
    meaning:
      'Basic authentication: name to scrypt hash (`sightline hash-password` makes one). In the variable: name=hash,name=hash.',
    onCommandLine: false,
  },
  'auth.tokens': {
    type: 'list',
    default: undefined,
    meaning: 'Bearer tokens.',
    onCommandLine: false,
  },
  'server.cors_origins': {
    type: 'list',
    default: '*',
    meaning: 'Origins that browsers may send OTLP from.',
  },
  'server.max_websockets': {
    type: 'integer',
    default: '1000',
    meaning: 'WebSockets (live tails) that may be open at a time. More: 503.',
  },
  'internal_telemetry.enabled': {
    type: 'flag',
    default: 'true',
    meaning: "Write Sightline's own metrics, logs and traces into its own store.",
  },
  'internal_telemetry.interval': {
    type: 'duration',
    default: '15s',
    least: '1s',
    meaning: 'How often own metrics are written.',
  },
} as const satisfies Record<string, OptionDefinition>;

export type OptionKey = keyof typeof options;

type ValueOf<T extends OptionType> = T extends 'text'
  ? string
  : T extends 'flag'
    ? boolean
    : T extends 'integer' | 'duration' | 'size'
      ? number
      : T extends 'list'
        ? readonly string[]
        : T extends 'map'
          ? Readonly<Record<string, string>>
          : T extends { readonly oneOf: readonly (infer W)[] }
            ? W
            : never;

/** Validated values: durations in milliseconds, sizes in bytes; undefined where nothing is set. */
export type Config = {
  readonly [K in OptionKey]: (typeof options)[K]['default'] extends string
    ? ValueOf<(typeof options)[K]['type']>
    : ValueOf<(typeof options)[K]['type']> | undefined;
};

/** `query.max_series` → `--query-max-series`; short forms as the definition says. */
export function flagOf(key: OptionKey): string {
  const definition: OptionDefinition = options[key];
  return `--${definition.flag ?? key.replace(/[._]/g, '-')}`;
}

export function variableOf(key: OptionKey): string {
  return `SIGHTLINE_${key.replace(/\./g, '_').toUpperCase()}`;
}

export const isOptionKey = (key: string): key is OptionKey => Object.hasOwn(options, key);
