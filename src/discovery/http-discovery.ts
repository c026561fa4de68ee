// Targets that an HTTP server lists. https://prometheus.io/docs/prometheus/latest/http_sd/
import { OperationError } from '#lib/errors.ts';
import type { HttpDiscoveryConfig } from '#prometheus-config/discovery-config.ts';
import type { Discovery, DiscoveryContext } from './discovery.ts';
import { createHttpClient } from './http-client.ts';
import { createRefreshing } from './refreshing.ts';
import { targetGroupsOfJson, toTargetGroups } from './target-groups.ts';
import { withoutPassword } from './without-password.ts';

const jsonType = /^application\/json(?:;\s*charset=(?:"utf-8"|utf-8))?$/i;
const BODY_BYTES_MAX = 64 * 1024 * 1024;

export function createHttpDiscovery(
  config: HttpDiscoveryConfig,
  context: DiscoveryContext,
): Discovery {
  const { url, refreshIntervalMs } = config;
  const client = createHttpClient({ config: config.http, env: context.env, clock: context.clock });
  const headers = {
    accept: 'application/json',
    'x-prometheus-refresh-interval-seconds': String(refreshIntervalMs / 1000),
  };
  return createRefreshing(
    {
      kind: 'http',
      intervalMs: refreshIntervalMs,
      refresh: async (signal) => {
        const timeout = AbortSignal.any([signal, AbortSignal.timeout(refreshIntervalMs)]);
        const response = await client.request({
          url,
          headers,
          signal: timeout,
          bodyBytesMax: BODY_BYTES_MAX,
        });
        const type = response.headers['content-type'] ?? '';
        if (response.status !== 200) throw failed(url, `it answered ${response.status}`);
        if (!jsonType.test(type.trim())) throw failed(url, `the content type is '${type}'`);
        const groups = targetGroupsOfJson(response.body.toString('utf8'), withoutPassword(url));
        return toTargetGroups(groups, url, [['__meta_url', url]]);
      },
      close: () => client.close(),
    },
    context,
  );
}

const failed = (url: string, why: string): OperationError =>
  new OperationError(
    'discovery_failed',
    `cannot take targets from ${withoutPassword(url)}: ${why}`,
    {
      retryable: true,
    },
  );
