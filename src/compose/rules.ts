// Recording and alerting rules on the program's own queries and its way into the store.
import { graphRoutes } from '#api/admin/graph.ts';
import { backtestRoutes } from '#api/admin/rules-backtest.ts';
import type { Config } from '#config/options.ts';
import { createDiscovery } from '#discovery/create-discovery.ts';
import { createHttpClient } from '#discovery/http-client.ts';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/log.ts';
import type { IdentityCache } from '#model/identity.ts';
import type { Consumer } from '#pipeline/consumer.ts';
import { formatProblem } from '#prometheus-config/place.ts';
import { loadRuleFiles } from '#prometheus-config/rule-file.ts';
import { createGate } from '#query/gate.ts';
import type { BacktestContext } from '#rule/backtest/backtest.ts';
import { assertRuleFiles } from '#rule/check.ts';
import { engineReader } from '#rule/evaluation.ts';
import { RuleGroups } from '#rule/groups.ts';
import { waitUntil } from '#rule/schedule.ts';
import type { RuleView } from '#rule/view.ts';
import { createRuleWriter } from '#rule/writer.ts';
import type { Route } from '#server/route.ts';
import type { Store } from '#store/contract.ts';
import type { PrometheusFile } from './prometheus-file.ts';
import { createPromql } from './read-routes.ts';

export interface RulesDeps {
  /** Without one there are no rules, only backtests. */
  readonly file: PrometheusFile | undefined;
  readonly store: Pick<Store, 'reader' | 'writer'>;
  readonly consumer: Consumer;
  readonly identities: IdentityCache;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
  /** Known when the listeners are bound. */
  readonly url: () => string;
  /** For proxies of Alertmanagers and discoveries. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Rules {
  readonly view: RuleView;
  readonly routes: readonly Route[];
  stop(): Promise<void>;
}

/** Rules are few and asked one after the other; questions of people are not to keep them waiting. */
const rulePlaces = 4;
const backtestPlaces = 1;

/** The samples of rules belong to nobody in particular. */
const tenant = '';

const defaultIntervalMs = 60_000;

export function createRules(config: Config, deps: RulesDeps): Rules {
  const { store, clock, logger, meter, env } = deps;
  const engineWith = (places: number) =>
    createPromql(config, {
      reader: store.reader,
      clock,
      gate: createGate(places),
      subqueryStepMs: deps.file?.evaluationIntervalMs,
    });
  const backtestEngine = engineWith(backtestPlaces);
  const externalUrl = (): string =>
    (config['prometheus.external_url'] ?? deps.url()).replace(/\/+$/, '');
  const manager = new RuleGroups({
    ...deps,
    reader: engineReader(engineWith(rulePlaces), tenant),
    writer: createRuleWriter({ ...deps, tenant, flush: () => store.writer.flush() }),
    externalUrl,
    wait: waitUntil,
    createClient: (http) => createHttpClient({ config: http, env, clock }),
    createDiscovery: (discovery) => createDiscovery(discovery, { env, clock, logger, meter }),
  });
  const backtestContext = (asking: string): BacktestContext => ({
    engine: backtestEngine,
    tenant: asking,
    clock,
    externalUrl: externalUrl(),
    externalLabels: manager.settings?.externalLabels ?? {},
    evaluationIntervalMs: manager.settings?.evaluationIntervalMs ?? defaultIntervalMs,
    queryOffsetMs: manager.settings?.queryOffsetMs ?? 0,
  });
  deps.file?.onConfig(async ({ global, alerting, ruleFiles }) => {
    const files = loadRuleFiles(ruleFiles, global.metricNameValidation, (warning) =>
      logger.warn('a rule file', { problem: formatProblem(warning) }),
    );
    assertRuleFiles(files);
    return () =>
      manager.update({
        groups: files.flatMap(({ groups }) => groups),
        evaluationIntervalMs: global.evaluationIntervalMs,
        queryOffsetMs: global.ruleQueryOffsetMs,
        externalLabels: Object.fromEntries(global.externalLabels),
        alerting,
      });
  });
  return {
    view: manager,
    routes: [
      ...backtestRoutes({ context: backtestContext, groups: () => manager.groupConfigs }),
      ...graphRoutes(),
    ],
    stop: () => manager.stop(),
  };
}
