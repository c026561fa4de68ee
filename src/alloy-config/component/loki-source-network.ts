// loki.source.api and loki.source.syslog: lines that others send.

import type { SyslogListener } from '#pipeline/log/collection-config.ts';
import { tlsSection } from '#prometheus-config/http-client-section.ts';
import { labels } from '#prometheus-config/labels-type.ts';
import { field, optional, placeField, section } from '#prometheus-config/section.ts';
import { flag, list, text, unsigned } from '#prometheus-config/type.ts';
import { anyCase, goDuration, needed, orDefault, passedOver } from '#promtail-config/type.ts';
import { argumentsOf, type Component, receiversOf, rulesOf } from './component.ts';
import { tlsSpec } from './http-client.ts';

const serverKeys =
  'conn_limit server_read_timeout server_write_timeout server_idle_timeout tls ' +
  'max_connection_age max_connection_age_grace max_connection_idle server_max_recv_msg_size ' +
  'server_max_send_msg_size server_max_concurrent_streams';
const serverSection = section<{ address: string; port: number; others: undefined }>({
  address: field('listen_address', text),
  port: field('listen_port', unsigned, { fallback: 8080 }),
  others: passedOver(serverKeys.split(' ')),
});

const apiSection = section<{
  http: typeof serverSection.fallback;
  grpc: typeof serverSection.fallback;
  labels: typeof labels.zero;
  usesIncomingTime: boolean;
  others: undefined;
}>({
  http: field('http', serverSection),
  grpc: field('grpc', serverSection),
  labels: field('labels', labels),
  usesIncomingTime: field('use_incoming_timestamp', flag),
  others: passedOver(['max_send_message_size', 'graceful_shutdown_timeout']),
});

const serverSpec = { blocks: { tls: { isLoose: true } } };

export const lokiSourceApi: Component = {
  spec: {
    blocks: { http: serverSpec, grpc: serverSpec },
    values: ['forward_to', 'relabel_rules'],
  },
  run: (input) => {
    const { id, place, graph } = input;
    const { http, labels: own, usesIncomingTime } = argumentsOf(input, apiSection);
    graph.sources.push({
      kind: 'api',
      id,
      place,
      labels: own,
      usesIncomingTime,
      address: `${http.address}:${http.port}`,
      forwardTo: receiversOf(input),
      relabel: rulesOf(input),
    });
    return {};
  },
};

const listenerSection = section<SyslogListener & { readonly others: undefined }>({
  place: placeField,
  address: needed('address', text),
  protocol: field('protocol', anyCase(['tcp', 'udp'] as const, 'tcp')),
  format: field('syslog_format', anyCase(['rfc5424', 'rfc3164', 'raw'] as const, 'rfc5424')),
  idleMsMax: field('idle_timeout', orDefault(goDuration, 120_000), { fallback: 120_000 }),
  messageBytesMax: field('max_message_length', orDefault(unsigned, 8192), { fallback: 8192 }),
  labelsStructuredData: field('label_structured_data', flag),
  usesIncomingTime: field('use_incoming_timestamp', flag),
  usesWholeMessage: field('use_rfc5424_message', flag),
  labels: field('labels', labels),
  tls: field('tls_config', optional(tlsSection)),
  others: passedOver([
    'raw_format_options',
    'rfc3164_default_to_current_year',
    'rfc3164_cisco_components',
    'udp_queue_size',
    'udp_host_cache_size',
  ]),
});

const syslogSection = section<{ listeners: readonly (typeof listenerSection.fallback)[] }>({
  listeners: field('listener', list(listenerSection)),
});

export const lokiSourceSyslog: Component = {
  spec: {
    blocks: {
      listener: {
        isList: true,
        isRequired: true,
        blocks: { tls_config: tlsSpec, raw_format_options: {}, rfc3164_cisco_components: {} },
      },
    },
    values: ['forward_to', 'relabel_rules'],
  },
  run: (input) => {
    const { id, place, graph } = input;
    const { listeners } = argumentsOf(input, syslogSection);
    graph.sources.push({
      kind: 'syslog',
      id,
      place,
      labels: [],
      listeners: listeners.map(({ others: _, tls, ...rest }) => ({
        ...rest,
        tls: tls && { certFile: tls.certFile, keyFile: tls.keyFile, caFile: tls.caFile },
      })),
      forwardTo: receiversOf(input),
      relabel: rulesOf(input),
    });
    return {};
  },
};
