// The keys of the Loki API beside its queries: its own file, limits of pushes, deletion, rules.
import type { OptionDefinition } from './options.ts';

export const lokiOptions = {
  'loki.config_file': {
    type: 'text',
    default: undefined,
    meaning:
      'Path of a Loki configuration: its limits, retention, tenancy, ruler and port count where no key of ours says otherwise. The rest means nothing here and is reported.',
  },
  'loki.port': {
    type: 'integer',
    default: '3100',
    least: '1',
    meaning: 'The port of the Loki API, before port_offset.',
  },
  'loki.max_age': {
    type: 'duration',
    default: undefined,
    meaning: 'Log lines older than this are rejected. 0: off. Default: ingest.max_age.',
  },
  'loki.max_line_size': {
    type: 'size',
    default: '0',
    meaning:
      'Longest line of a Loki push; a longer one is rejected. 0: ingest.max_attribute_bytes.',
  },
  'loki.max_query_series': {
    type: 'integer',
    default: undefined,
    meaning: 'Most series of an answer to a LogQL query. Default: query.max_series.',
  },
  'loki.max_tails': {
    type: 'integer',
    default: '0',
    meaning: 'Most live tails of one tenant at a time. More: 429. 0: server.max_websockets is all.',
  },
  'loki.ingestion_rate': {
    type: 'size',
    default: '0',
    meaning:
      'Bytes of lines and structured metadata a second of one tenant. More: 429. 0: no limit.',
  },
  'loki.ingestion_burst': {
    type: 'size',
    default: '0',
    meaning:
      'What a tenant may push at once beside its loki.ingestion_rate. 0: a second and a half of it.',
  },
  'loki.max_label_names': {
    type: 'integer',
    default: '0',
    meaning: 'Most labels of a stream that is pushed. 0: no limit.',
  },
  'loki.max_label_name_length': {
    type: 'integer',
    default: '0',
    meaning: 'Longest name of a label of a stream that is pushed. 0: no limit.',
  },
  'loki.max_label_value_length': {
    type: 'integer',
    default: '0',
    meaning: 'Longest value of a label of a stream that is pushed. 0: no limit.',
  },
  'loki.enable_delete': {
    type: 'flag',
    default: 'false',
    meaning: 'Whether /loki/api/v1/delete (which deletes lines) is answered.',
  },
  'loki.delete_cancel_period': {
    type: 'duration',
    default: '0',
    meaning:
      'How long a request to delete lines waits and can be cancelled before it is carried out.',
  },
  'loki.max_delete_requests': {
    type: 'integer',
    default: '1000',
    least: '1',
    meaning:
      'Requests to delete lines that may wait; and done ones that are remembered. More: 429.',
  },
  'loki.rules_dir': {
    type: 'text',
    default: undefined,
    meaning:
      "Folder of rule files of Loki's ruler, as <tenant>/<file>.yaml or <file>.yaml: read at the start.",
  },
  'loki.rule_interval': {
    type: 'duration',
    default: '1m',
    least: '1s',
    meaning: 'How often groups of LogQL rules are evaluated that do not say it themselves.',
  },
  'loki.alertmanager_urls': {
    type: 'list',
    default: undefined,
    meaning: 'Alertmanagers that hear of alerts of LogQL rules, like http://host:9093.',
  },
  'loki.external_url': {
    type: 'text',
    default: undefined,
    meaning: 'URL in alerts of LogQL rules and their templates. By default the one of port 3000.',
  },
} as const satisfies Record<string, OptionDefinition>;
