// What the server is set to, for clients that look before they ask: GET /loki/api/v1/drilldown-limits,
// /config, /config/tenant/v1/limits, /services, /log_level, and /flush. Our settings by the names of Loki's.
import { serviceNameSources } from '#codec/loki-push/service-name.ts';
import { levelAttributes } from '#model/log-level.ts';
import type { LogqlLimits } from '#query/logql/limits.ts';
import { formatDurationNano } from '#query/logql/syntax/literal.ts';
import { jsonResponse, type Route, route, textResponse } from '#server/route.ts';
import { compatibleVersion } from './status.ts';

export interface LokiSettings {
  readonly limits: LogqlLimits;
  /** 0: for ever. */
  readonly retentionMs: number;
  /** debug, info, warn or error. */
  readonly logLevel: string;
  readonly hasTenants: boolean;
  readonly httpPort: number;
}

/** `flush` resolves when everything taken so far can be read. */
export const settingsRoutes = (settings: LokiSettings, flush: () => Promise<void>): Route[] => [
  route(['GET', 'POST'], '/loki/api/v1/drilldown-limits', () =>
    jsonResponse(drilldownLimits(settings)),
  ),
  route(['GET'], '/config', () => textResponse(configText(settings))),
  route(['GET'], '/config/tenant/v1/limits', () => textResponse(limitLines(settings, ''))),
  route(['GET', 'POST'], '/flush', async () => {
    await flush();
    return { status: 204 };
  }),
  route(['GET'], '/services', () =>
    textResponse(parts.map((name) => `${name} => Running\n`).join('')),
  ),
  route(['GET'], '/log_level', () =>
    jsonResponse({ message: `Current log level is ${settings.logLevel}` }),
  ),
];

/** Parts of Loki that something here stands for. */
const parts = [
  'server',
  'distributor',
  'ingester',
  'querier',
  'query-frontend',
  'pattern-ingester',
  'ruler',
  'compactor',
  'store',
];

const printMs = (ms: number): string => formatDurationNano(BigInt(ms) * 1_000_000n);

const limitsOf = ({ limits, retentionMs }: LokiSettings) => ({
  discover_log_levels: true,
  discover_service_name: serviceNameSources,
  log_level_fields: levelAttributes,
  max_entries_limit_per_query: limits.entriesMax,
  max_line_size_truncate: false,
  max_query_bytes_read: `${limits.bytesScannedMax}B`,
  max_query_length: printMs(limits.lengthMaxMs),
  max_query_lookback: '0s',
  max_query_range: '0s',
  max_query_series: limits.seriesMax,
  metric_aggregation_enabled: false,
  otlp_config: {},
  pattern_persistence_enabled: false,
  query_timeout: printMs(limits.timeoutMs),
  retention_period: printMs(retentionMs),
  volume_enabled: true,
  volume_max_series: limits.seriesMax,
});

const drilldownLimits = (settings: LokiSettings): object => ({
  limits: limitsOf(settings),
  pattern_ingester_enabled: true,
  version: compatibleVersion,
});

/** As YAML; lists and texts of JSON are YAML too. */
function configText(settings: LokiSettings): string {
  const lines = [
    '# The settings of Sightline by the names of Loki.',
    `auth_enabled: ${settings.hasTenants}`,
    'server:',
    `  http_listen_port: ${settings.httpPort}`,
    `  log_level: ${settings.logLevel}`,
    'limits_config:',
  ];
  return `${lines.join('\n')}\n${limitLines(settings, '  ')}pattern_ingester:\n  enabled: true\n`;
}

const limitLines = (settings: LokiSettings, indent: string): string =>
  Object.entries(limitsOf(settings))
    .map(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return `${indent}${name}: ${text}\n`;
    })
    .join('');
