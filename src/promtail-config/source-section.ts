// How `journal`, `syslog` and `loki_push_api` of a job are read.

import { tlsSection } from '#prometheus-config/http-client-section.ts';
import { labels } from '#prometheus-config/labels-type.ts';
import { field, optional, placeField, section } from '#prometheus-config/section.ts';
import { flag, text, unsigned } from '#prometheus-config/type.ts';
import type { PromtailJournal, PromtailPushApi, PromtailSyslog } from './config.ts';
import { pushServerSection } from './server-section.ts';
import { anyCase, goDuration, needed, orDefault, passedOver } from './type.ts';

const MINUTE = 60_000;

export const journalSection = section<PromtailJournal>({
  place: placeField,
  maxAgeMs: field('max_age', goDuration, { fallback: 7 * 60 * MINUTE }),
  isJson: field('json', flag),
  labels: field('labels', labels),
  path: field('path', text),
  matches: field('matches', text),
});

interface WrittenSyslog extends PromtailSyslog {
  readonly others: undefined;
}
export const syslogSection = section<WrittenSyslog>({
  place: placeField,
  address: needed('listen_address', text),
  protocol: field('listen_protocol', anyCase(['tcp', 'udp'] as const, 'tcp')),
  idleTimeoutMs: field('idle_timeout', orDefault(goDuration, 120_000), { fallback: 120_000 }),
  labelsStructuredData: field('label_structured_data', flag),
  labels: field('labels', labels),
  usesIncomingTime: field('use_incoming_timestamp', flag),
  usesWholeMessage: field('use_rfc5424_message', flag),
  maxMessageBytes: field('max_message_length', orDefault(unsigned, 8192), { fallback: 8192 }),
  format: field('syslog_format', anyCase(['rfc5424', 'rfc3164', 'raw'] as const, 'rfc5424')),
  tls: field('tls_config', optional(tlsSection)),
  others: passedOver([
    'raw_format_options',
    'rfc3164_default_to_current_year',
    'rfc3164_cisco_components',
  ]),
});

export const pushApiSection = section<PromtailPushApi>({
  place: placeField,
  server: field('server', pushServerSection),
  labels: field('labels', labels),
  usesIncomingTime: field('use_incoming_timestamp', flag),
});
