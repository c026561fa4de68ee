// Rules in LogQL: on queries of their own, with their samples on the way of all others. They are kept in
// the data folder also where the store is elsewhere: who keeps a rule evaluates it, and nobody else does.
import { join } from 'node:path';
import type { Config } from '#config/options.ts';
import { createDiscovery } from '#discovery/create-discovery.ts';
import { createHttpClient } from '#discovery/http-client.ts';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { InputError } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import type { IdentityCache } from '#model/identity.ts';
import type { Consumer } from '#pipeline/consumer.ts';
import type { AlertingConfig } from '#prometheus-config/config.ts';
import { parsePrometheusConfig } from '#prometheus-config/load.ts';
import { formatProblem } from '#prometheus-config/place.ts';
import { createGate } from '#query/gate.ts';
import { RuleGroups } from '#rule/groups.ts';
import { logqlRules, logRuleReader } from '#rule/log-language.ts';
import { LogRules } from '#rule/log-rules.ts';
import { waitUntil } from '#rule/schedule.ts';
import { createRuleWriter } from '#rule/writer.ts';
import type { Store } from '#store/contract.ts';
import { createLogql, createPromql } from './read-routes.ts';

export interface LogRulesDeps {
  readonly store: Pick<Store, 'reader' | 'writer'>;
  readonly consumer: Consumer;
  readonly identities: IdentityCache;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
  /** Known when the listeners are bound. */
  readonly url: () => string;
  /** For proxies of Alertmanagers. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const rulePlaces = 4;

/** Start it when the store takes samples. */
export function createLogRules(config: Config, deps: LogRulesDeps): LogRules {
  const { store, clock, logger, env } = deps;
  const { reader } = store;
  const gate = createGate(rulePlaces);
  const logql = createLogql(config, { reader, gate });
  const promql = createPromql(config, { reader, clock, gate });
  const language = logqlRules(config['compat.strict']);
  const meter = lokiMeter(deps.meter);
  return new LogRules(
    {
      folder: join(config.data_dir, 'loki-rules'),
      fixedFolder: config['loki.rules_dir'],
      evaluationIntervalMs: config['loki.rule_interval'],
      alerting: alertingTo(config['loki.alertmanager_urls'] ?? []),
      hasTenants: config['tenancy.enabled'],
    },
    {
      language,
      logger,
      createGroups: (tenant) =>
        new RuleGroups({
          ...deps,
          meter,
          language,
          reader: logRuleReader(logql, promql, tenant),
          writer: createRuleWriter({ ...deps, tenant, flush: () => store.writer.flush() }),
          externalUrl: () => (config['loki.external_url'] ?? deps.url()).replace(/\/+$/, ''),
          wait: waitUntil,
          createClient: (http) => createHttpClient({ config: http, env, clock }),
          createDiscovery: (discovery) => createDiscovery(discovery, { env, clock, logger, meter }),
        }),
    },
  );
}

/** Names as Loki's ruler has them: those of Prometheus behind `loki_`. */
function lokiMeter(meter: Meter): Meter {
  const queues: (() => number)[] = [];
  return {
    ...meter,
    counter: (name, help) => meter.counter(`loki_${name}`, help),
    gauge: (name, help) => meter.gauge(`loki_${name}`, help),
    histogram: (name, help, bounds) => meter.histogram(`loki_${name}`, help, bounds),
    // Every tenant has one: together they are one.
    observe: (name, help, read) => {
      queues.push(() => {
        const value = read();
        return typeof value === 'number' ? value : 0;
      });
      meter.observe(`loki_${name}`, help, () => queues.reduce((sum, queue) => sum + queue(), 0));
    },
  };
}

/** As a prometheus.yml would have them. Throws InputError for what is no URL of an Alertmanager. */
export function alertingTo(urls: readonly string[]): AlertingConfig {
  const alertmanagers = urls.filter((text) => text !== '').map(alertmanagerAt);
  const text = JSON.stringify({ alerting: { alertmanagers } });
  const { config, problems } = parsePrometheusConfig(text, {
    file: 'loki.alertmanager_urls',
    env: {},
  });
  if (config) return config.alerting;
  throw new InputError('config_invalid', problems.map(formatProblem).join('\n'));
}

function alertmanagerAt(text: string): object {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    const what = `loki.alertmanager_urls: ${JSON.stringify(text)} is not a URL`;
    throw new InputError('config_invalid', what, { hint: 'Write http://host:9093.' });
  }
  const { protocol, host, pathname, username, password } = url;
  const credentials =
    username === ''
      ? {}
      : {
          basic_auth: {
            username: decodeURIComponent(username),
            password: decodeURIComponent(password),
          },
        };
  return {
    scheme: protocol.slice(0, -1),
    path_prefix: pathname,
    ...credentials,
    static_configs: [{ targets: [host] }],
  };
}
