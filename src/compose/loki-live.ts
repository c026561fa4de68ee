// The live and writing half of the Loki API: tails, on a tee behind the commits of this process;
// rules; deletions.
import { deleteRoutes } from '#api/loki/delete.ts';
import { prometheusRuleRoutes } from '#api/loki/prometheus-rules.ts';
import { ruleRoutes } from '#api/loki/rules.ts';
import { tailRoutes } from '#api/loki/tail.ts';
import { alerts as shownAlerts, rules as shownRules } from '#api/prometheus/rules.ts';
import type { Config } from '#config/options.ts';
import type { Consumer } from '#pipeline/consumer.ts';
import { createGate } from '#query/gate.ts';
import { Tails } from '#query/logql/tail/tails.ts';
import type { Route } from '#server/route.ts';
import type { Store } from '#store/contract.ts';
import { createLogRules, type LogRulesDeps } from './log-rules.ts';
import { createDeletes } from './loki-deletes.ts';
import { reportLokiFile } from './loki-file.ts';
import { createLogql } from './read-routes.ts';

export interface LokiLiveDeps extends Omit<LogRulesDeps, 'store' | 'consumer'> {
  readonly store: Pick<Store, 'reader' | 'writer' | 'admin' | 'status'>;
  /** The way into the store. */
  readonly exporter: Consumer;
}

export interface LokiLive {
  /** The exporter; what it has committed is shown to who follows it. */
  readonly consumer: Consumer;
  readonly routes: readonly Route[];
  /** When the ports are bound. Throws InputError for rule files that are wrong. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Tails that begin read their past in turns, and keep no other query waiting. */
const tailPlaces = 4;
/** Of memory.limit: lines that wait for clients of tails. */
const tailShare = 1 / 8;

export function createLokiLive(config: Config, deps: LokiLiveDeps): LokiLive {
  const { store, clock } = deps;
  const isStrict = config['compat.strict'];
  const { reader } = store;
  const gate = createGate(tailPlaces, config['server.max_websockets']);
  const tails = new Tails(
    {
      queueBytesMax: config['query.tail_queue_bytes'],
      allQueuesBytesMax: Math.floor(config['memory.limit'] * tailShare),
      tenantClientsMax: config['loki.max_tails'],
      entriesMax: config['query.max_entries'],
      isStrict,
      // Other processes may write into an engine that is not ours.
      isShared: store.status().engine === 'external',
    },
    { ...deps, reader, engine: createLogql(config, { reader, gate }) },
  );
  const consumer: Consumer = {
    consume: async (batch, signal) => {
      const result = await deps.exporter.consume(batch, signal);
      tails.feed.publish(batch);
      return result;
    },
  };
  const requests = config['loki.enable_delete'] ? createDeletes(config, deps) : undefined;
  const rules = createLogRules(config, { ...deps, consumer });
  return {
    consumer,
    routes: [
      ...tailRoutes({ tails, clock }),
      ...ruleRoutes(rules),
      ...deleteRoutes({ requests, clock, isStrict }),
      ...prometheusRuleRoutes(rules, [shownRules, shownAlerts]),
    ],
    start: async () => {
      reportLokiFile(config, deps.env, deps.logger);
      await rules.start();
      requests?.start();
    },
    stop: async () => {
      await Promise.all([rules.stop(), requests?.stop()]);
    },
  };
}
