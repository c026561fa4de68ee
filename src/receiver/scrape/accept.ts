// What a scrape asks for: the formats of `scrape_protocols`, the first preferred.
import type { PageFormat } from '#codec/exposition/content-type.ts';
import type { NameEscaping, ScrapeProtocol } from '#prometheus-config/config.ts';

const mediaTypes: Readonly<Record<ScrapeProtocol, string>> = {
  PrometheusProto:
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited',
  'OpenMetricsText1.0.0': 'application/openmetrics-text;version=1.0.0',
  'OpenMetricsText0.0.1': 'application/openmetrics-text;version=0.0.1',
  'PrometheusText1.0.0': 'text/plain;version=1.0.0',
  'PrometheusText0.0.4': 'text/plain;version=0.0.4',
};

const escapes: ReadonlySet<ScrapeProtocol> = new Set([
  'PrometheusText1.0.0',
  'OpenMetricsText1.0.0',
]);

export function acceptHeader(protocols: readonly ScrapeProtocol[], escaping: NameEscaping): string {
  let weight = Object.keys(mediaTypes).length + 1;
  const values = protocols.map((protocol) => {
    const parameter = escapes.has(protocol) ? `;escaping=${escaping}` : '';
    return `${mediaTypes[protocol]}${parameter};q=0.${weight--}`;
  });
  return [...values, `*/*;q=0.${weight}`].join(',');
}

/** The format that `fallback_scrape_protocol` stands for. */
export function fallbackFormat(protocol: ScrapeProtocol | ''): PageFormat | undefined {
  if (protocol === '') return undefined;
  if (protocol === 'PrometheusProto') return 'protobuf';
  return protocol.startsWith('OpenMetrics') ? 'openmetrics' : 'text';
}
